namespace Coordination.StateMachine;

/// <summary>A lease as it is stored. Which keys it has follows from the keys.</summary>
/// <param name="Id">The id.</param>
/// <param name="TtlSeconds">The granted time to live; 0 for a shadow.</param>
/// <param name="RemainingSeconds">What was left at the last checkpoint; 0 when there was none since the last renewal.</param>
/// <param name="Incarnation">
/// The index of the log entry that granted the lease, in the partition that is its home: tells it from others that had the id. 0 when it
/// was granted before there were any, or, of a shadow, when it is not known.
/// </param>
/// <param name="IsShadow">Whether the lease is at home in another partition, which alone knows when it ends.</param>
/// <param name="Partitions">At home: the other partitions that may have keys of the lease.</param>
public readonly record struct StoredLease(
    long Id,
    long TtlSeconds,
    long RemainingSeconds,
    ulong Incarnation = 0,
    bool IsShadow = false,
    PartitionSet Partitions = default);
