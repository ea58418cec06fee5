namespace Coordination.Replication;

/// <summary>
/// What is to become of members of a partition's group; what is so already is left as it is. A change of more than one voter goes through
/// a joint membership (Raft paper, section 6).
/// </summary>
public sealed record MembersChange
{
    /// <summary>
    /// Members that are to receive the log without a vote; none of them is a voter now. Each has begun its replica
    /// (<see cref="PartitionHost.JoinAsync"/>), or will.
    /// </summary>
    public IReadOnlyList<ulong> AddLearners { get; init; } = [];

    /// <summary>
    /// Learners that are to vote. Each has caught up with everything up to the entry that made it a member, and to the leader's first one.
    /// </summary>
    public IReadOnlyList<ulong> Promote { get; init; } = [];

    /// <summary>
    /// Members that are to leave. Their replicas stay until they are dropped, which nobody may do before a change that removes them, and
    /// after which none was begun that adds them, has ended with <see cref="ProposalEnd.Applied"/>.
    /// </summary>
    public IReadOnlyList<ulong> Remove { get; init; } = [];
}
