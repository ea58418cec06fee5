namespace Coordination.Raft;

/// <summary>The end of a read that <see cref="RaftNode.Read"/> began.</summary>
/// <param name="Id">The owner's number of the read.</param>
/// <param name="Outcome">Whether there is an index.</param>
/// <param name="Index">
/// When confirmed: the read is linearizable as soon as the local state machine has applied this position. Otherwise none.
/// </param>
public readonly record struct ReadResult(ulong Id, ReadOutcome Outcome, LogIndex Index);
