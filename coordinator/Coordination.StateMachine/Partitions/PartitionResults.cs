namespace Coordination.StateMachine;

/// <summary>The answer to a <see cref="DelegatePrefixCommand"/>.</summary>
/// <param name="Revision">The last revision at which the keys were here.</param>
/// <param name="Inner">What of the prefix other partitions have already.</param>
public sealed record DelegateResult(long Revision, IReadOnlyList<Delegation> Inner) : OperationResult;

/// <summary>The answer to a <see cref="RetireCommand"/>.</summary>
/// <param name="Revision">The partition's last revision.</param>
/// <param name="Delegations">What it had given away.</param>
public sealed record RetireResult(long Revision, IReadOnlyList<Delegation> Delegations) : OperationResult;
