namespace Coordination.Replication;

/// <summary>The members of a partition's group as a replica knew them a moment ago.</summary>
public sealed record ReplicaMembers
{
    /// <summary>
    /// The members that vote; in a joint membership those that will vote after it. Ascending; empty before a joiner knows any.
    /// </summary>
    public required IReadOnlyList<ulong> Voters { get; init; }

    /// <summary>In a joint membership: the members that voted before it, and still do. Otherwise empty.</summary>
    public required IReadOnlyList<ulong> OutgoingVoters { get; init; }

    /// <summary>The members that receive the log without a vote.</summary>
    public required IReadOnlyList<ulong> Learners { get; init; }

    /// <summary>Whether two sets of voters hold at once: the leader goes on to the second one by itself.</summary>
    public bool IsJoint => OutgoingVoters.Count > 0;

    /// <summary>Whether this membership is known to be committed. One that is not counts all the same, and may be taken back.</summary>
    public required bool IsCommitted { get; init; }

    /// <summary>The last committed entry that the replica knows of.</summary>
    public required ulong CommitIndex { get; init; }

    /// <summary>On the leader: how far every member is, this one included, by id. As of the last tick. Empty on others.</summary>
    public required IReadOnlyList<MemberProgress> Progress { get; init; }
}

/// <summary>How far a leader knows a member to be.</summary>
/// <param name="Member">The member.</param>
/// <param name="MatchIndex">The last entry that it certainly holds, durably.</param>
/// <param name="IsRecentlyActive">Whether it has answered anything within two election timeouts.</param>
/// <param name="IsLearner">Whether it has no vote.</param>
public readonly record struct MemberProgress(ulong Member, ulong MatchIndex, bool IsRecentlyActive, bool IsLearner);
