namespace Coordination.Raft;

/// <summary>
/// What a replica must find again after a crash besides its log (Raft paper, figure 2). <see cref="Term"/> and <see cref="Vote"/>
/// must be durable before any message that depends on them leaves; <see cref="Commit"/> only saves work after a restart.
/// </summary>
/// <param name="Term">The latest term the replica has seen.</param>
/// <param name="Vote">Whom it voted for in that term, or none.</param>
/// <param name="Commit">A position known to be committed; never beyond what is in the log.</param>
public readonly record struct HardState(Term Term, ReplicaId Vote, LogIndex Commit)
{
    /// <summary>
    /// The last term in which an earlier replica of the same id, whose data are gone, may have taken part; none when there was no such
    /// replica. Never changes. See <see cref="RestoredState.Joining(Term)"/>.
    /// </summary>
    public Term Floor { get; init; }
}
