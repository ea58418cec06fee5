namespace Coordination.Storage;

/// <summary>How a <see cref="WriteAheadLog"/> lays itself out, and to whom it belongs.</summary>
public sealed record WalOptions
{
    /// <summary>
    /// The size of a segment file in bytes, a multiple of 512, at least 4 KiB. A batch that does not fit into an empty segment gets
    /// one of its own size. Existing segments keep their size when this changes. 64 MiB unless set.
    /// </summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>
    /// The most that one batch may hold, in bytes; a request that would exceed it is refused with <see cref="ArgumentException"/>.
    /// Bounds the memory of the writer and of recovery. 256 MiB unless set; at most 512 MiB.
    /// </summary>
    public int MaxBatchBytes { get; init; } = 256 << 20;

    /// <summary>The cluster the log belongs to; stamped into every segment and checked at open.</summary>
    public required ulong ClusterId { get; init; }

    /// <summary>The node the log belongs to; stamped into every segment and checked at open.</summary>
    public required ulong ReplicaNodeId { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> for values that cannot work.</summary>
    internal void Validate()
    {
        if (SegmentBytes < 4096 || SegmentBytes % 512 != 0)
        {
            throw new ArgumentException($"SegmentBytes is {SegmentBytes}; it must be a multiple of 512 and at least 4096.");
        }

        if (MaxBatchBytes is < 4096 or > 512 << 20)
        {
            throw new ArgumentException($"MaxBatchBytes is {MaxBatchBytes}; it must be between 4096 and {512 << 20}.");
        }
    }
}
