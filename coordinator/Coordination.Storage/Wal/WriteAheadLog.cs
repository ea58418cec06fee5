using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>The log that all partitions of a node share.</summary>
public sealed class WriteAheadLog : IDisposable
{
    /// <summary>Whether something waits for <see cref="WriteBatch"/>.</summary>
    public bool HasBuffered => BufferedBytes > 0;

    /// <summary>How many payload bytes wait for <see cref="WriteBatch"/>.</summary>
    public int BufferedBytes { get; }

    /// <summary>Opens the log in a directory, or creates it when the directory holds none.</summary>
    public static WriteAheadLog Open(IFileSystem files, string directory, WalOptions options, out WalRecovery recovery) =>
        throw new NotSupportedException();

    /// <summary>Begins a partition.</summary>
    public void CreatePartition(PartitionId partition, SnapshotMetadata start) => throw new NotSupportedException();

    /// <summary>Ends a partition.</summary>
    public void DropPartition(PartitionId partition) => throw new NotSupportedException();

    /// <summary>Buffers a request.</summary>
    public void Append(PartitionId partition, PersistRequest request) => throw new NotSupportedException();

    /// <summary>Entries up to the snapshot are no longer needed.</summary>
    public void Compact(PartitionId partition, SnapshotMetadata snapshot) => throw new NotSupportedException();

    /// <summary>Writes everything buffered as one batch.</summary>
    public void WriteBatch() => throw new NotSupportedException();

    /// <summary>Makes everything written durable.</summary>
    public void Sync() => throw new NotSupportedException();

    /// <summary>Deletes the oldest segments that no partition needs.</summary>
    public int Purge() => throw new NotSupportedException();

    /// <summary>Who must compact before the oldest segment can go.</summary>
    public IReadOnlyList<PartitionId> PinningOldestSegment() => throw new NotSupportedException();

    /// <summary>The figures for metrics.</summary>
    public WalStatus GetStatus() => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => GC.KeepAlive(this);
}
