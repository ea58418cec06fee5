namespace Coordination.Storage;

/// <summary>The figures of a <see cref="WriteAheadLog"/> for metrics. Counters start at zero when the log is opened.</summary>
public readonly record struct WalStatus
{
    /// <summary>The number of the oldest segment.</summary>
    public ulong OldestSegment { get; init; }

    /// <summary>The number of the segment that is written to.</summary>
    public ulong NewestSegment { get; init; }

    /// <summary>How many segments exist.</summary>
    public int Segments { get; init; }

    /// <summary>The size of all segments, reserved space included.</summary>
    public long SegmentBytes { get; init; }

    /// <summary>The number of the last batch written.</summary>
    public ulong LastBatch { get; init; }

    /// <summary>The number of the last batch known to be durable.</summary>
    public ulong DurableBatch { get; init; }

    /// <summary>Batches written, checkpoints included.</summary>
    public long BatchesWritten { get; init; }

    /// <summary>Bytes written in batches, framing and padding included.</summary>
    public long BytesWritten { get; init; }

    /// <summary>Entries appended.</summary>
    public long EntriesAppended { get; init; }

    /// <summary>Syncs of segment data.</summary>
    public long Syncs { get; init; }

    /// <summary>Segments deleted because no partition needed them.</summary>
    public long SegmentsPurged { get; init; }
}
