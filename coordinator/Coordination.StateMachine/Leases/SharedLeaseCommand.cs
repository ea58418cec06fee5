namespace Coordination.StateMachine;

/// <summary>
/// A step of having one lease in several partitions. At its home it is granted, renewed and revoked; elsewhere it has a shadow, which holds
/// keys and ends only when its home says so. Each step may be repeated.
/// </summary>
public abstract record SharedLeaseCommand : Command;

/// <summary>
/// At home: another partition may have keys of the lease from now on. Answers with a <see cref="LeaseAttachResult"/>; refused with
/// <see cref="ApplyError.LeaseNotFound"/>.
/// </summary>
/// <param name="Lease">The lease.</param>
/// <param name="Partition">The partition.</param>
public sealed record LeaseAttachCommand(long Lease, uint Partition) : SharedLeaseCommand;

/// <summary>
/// Elsewhere: the lease exists. A shadow that came with keys, of which nobody said whose it is, becomes the lease's; one of an earlier lease
/// with the id is ended first. Refused with <see cref="ApplyError.LeaseSuperseded"/> if it may have been revoked since: then it is to be
/// attached again.
/// </summary>
/// <param name="Lease">The lease.</param>
/// <param name="Incarnation">Which of the leases that had the id.</param>
/// <param name="Token">What its home said when it was attached.</param>
public sealed record LeaseShadowCommand(long Lease, ulong Incarnation, ulong Token) : SharedLeaseCommand;

/// <summary>
/// Elsewhere: the lease was revoked, so its shadow is ended, and its keys deleted. Refused with <see cref="ApplyError.WrongPartition"/>
/// while the partition takes its keys over: it is to be repeated until it serves.
/// </summary>
/// <param name="Lease">The lease.</param>
/// <param name="Incarnation">Which of the leases that had the id.</param>
/// <param name="Token">The token of its <see cref="PendingRevocation"/>.</param>
public sealed record LeaseEndCommand(long Lease, ulong Incarnation, ulong Token) : SharedLeaseCommand;

/// <summary>At home: leases were ended in other partitions.</summary>
/// <param name="Finished">Which, and where.</param>
public sealed record RevocationsFinishedCommand(IReadOnlyList<FinishedRevocation> Finished) : SharedLeaseCommand;

/// <summary>A revoked lease that was ended in another partition.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Incarnation">Which of the leases that had the id.</param>
/// <param name="Partition">The partition.</param>
public readonly record struct FinishedRevocation(long Lease, ulong Incarnation, uint Partition);

/// <summary>The answer to a <see cref="LeaseAttachCommand"/>.</summary>
/// <param name="Incarnation">Which of the leases that had the id.</param>
/// <param name="Token">The index of the log entry: a revocation with a greater one comes later.</param>
public sealed record LeaseAttachResult(ulong Incarnation, ulong Token) : OperationResult;
