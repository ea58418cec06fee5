namespace Coordination.StateMachine;

/// <summary>
/// What is known of a partition's state as a whole. Stored in the same atomic write as its changes. Not to be taken for the cluster's own
/// metadata, which are a <see cref="MetadataSnapshot"/>.
/// </summary>
public sealed record StoreMetadata
{
    /// <summary>The last log entry that the state contains.</summary>
    public ulong AppliedIndex { get; init; }

    /// <summary>That entry's term.</summary>
    public ulong AppliedTerm { get; init; }

    /// <summary>The current revision; 1 for a store without writes.</summary>
    public long Revision { get; init; } = 1;

    /// <summary>
    /// The oldest revision that may be read; -1 when nothing was compacted, so that a first compaction to 0 is one.
    /// </summary>
    public long CompactRevision { get; init; } = -1;

    /// <summary>
    /// Up to here superseded versions are removed from the store, and before it deletions; at most <see cref="CompactRevision"/>.
    /// </summary>
    public long RemovedRevision { get; init; }

    /// <summary>The alarms that are on, sorted.</summary>
    public IReadOnlyList<Alarm> Alarms { get; init; } = [];

    /// <summary>The group's membership as of <see cref="AppliedIndex"/>, in the log's own encoding; opaque here.</summary>
    public ReadOnlyMemory<byte> Membership { get; init; }
}
