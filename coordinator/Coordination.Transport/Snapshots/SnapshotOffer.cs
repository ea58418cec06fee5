using Coordination.Raft;

namespace Coordination.Transport;

/// <summary>A snapshot that one member wants to send to another.</summary>
/// <param name="Partition">The partition whose state it is.</param>
/// <param name="Announcement">The core's message; the receiver hands it to its core when it holds all bytes.</param>
/// <param name="TotalBytes">How many bytes there are.</param>
/// <param name="Identity">
/// Names these very bytes, at most <see cref="IdentityBytesMax"/> long: two snapshots of the same index may differ, and a transfer is
/// resumed only when the identities are equal.
/// </param>
public sealed record SnapshotOffer(
    PartitionId Partition, InstallSnapshot Announcement, long TotalBytes, ReadOnlyMemory<byte> Identity)
{
    /// <summary>The longest identity, in bytes.</summary>
    public const int IdentityBytesMax = 64;
}
