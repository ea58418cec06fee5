namespace Coordination.StateMachine;

/// <summary>A lease as it is stored. Which keys it has follows from the keys.</summary>
/// <param name="Id">The id.</param>
/// <param name="TtlSeconds">The granted time to live.</param>
/// <param name="RemainingSeconds">What was left at the last checkpoint; 0 when there was none since the last renewal.</param>
public readonly record struct StoredLease(long Id, long TtlSeconds, long RemainingSeconds);
