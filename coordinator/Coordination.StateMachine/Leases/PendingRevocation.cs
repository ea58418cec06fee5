namespace Coordination.StateMachine;

/// <summary>A lease that was revoked at its home and may still have keys in other partitions.</summary>
/// <param name="Lease">The id.</param>
/// <param name="Incarnation">Which of the leases that had the id.</param>
/// <param name="Token">The index of the log entry that revoked it.</param>
/// <param name="Partitions">The partitions where it is still to be ended.</param>
public sealed record PendingRevocation(long Lease, ulong Incarnation, ulong Token, PartitionSet Partitions);
