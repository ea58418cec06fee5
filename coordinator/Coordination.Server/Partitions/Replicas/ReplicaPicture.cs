namespace Coordination.Server;

/// <summary>How a replica is doing, as it sees itself.</summary>
/// <param name="Term">The term it is in.</param>
/// <param name="Leader">The member whose replica leads, as far as it knows; 0 when it knows of none.</param>
/// <param name="CommittedIndex">The last entry that it knows to be committed.</param>
/// <param name="AppliedIndex">The last entry that its state contains.</param>
/// <param name="IsLearner">Whether it has no vote.</param>
internal sealed record ReplicaPicture(ulong Term, ulong Leader, ulong CommittedIndex, ulong AppliedIndex, bool IsLearner);
