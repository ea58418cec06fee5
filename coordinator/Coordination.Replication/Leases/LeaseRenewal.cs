namespace Coordination.Replication;

/// <summary>The answer to a renewal.</summary>
/// <param name="IsLeader">Whether this replica led and could decide; when not, the leader has to be asked.</param>
/// <param name="TtlSeconds">The time to live that begins now; 0 when there is no such lease (any more).</param>
public readonly record struct LeaseRenewal(bool IsLeader, long TtlSeconds);

/// <summary>What is left of a lease.</summary>
/// <param name="GrantedTtlSeconds">Its time to live.</param>
/// <param name="RemainingSeconds">Whole seconds until it expires; 0 or less when it is due.</param>
public readonly record struct LeaseRemainder(long GrantedTtlSeconds, long RemainingSeconds);
