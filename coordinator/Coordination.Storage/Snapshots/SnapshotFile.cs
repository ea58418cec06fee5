using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>A complete snapshot in a <see cref="SnapshotStore"/>.</summary>
/// <param name="Partition">The partition it belongs to.</param>
/// <param name="Metadata">The position in the log that it stands for.</param>
/// <param name="ContentBytes">The size of its content.</param>
/// <param name="Path">The file.</param>
public sealed record SnapshotFile(PartitionId Partition, SnapshotMetadata Metadata, long ContentBytes, string Path);
