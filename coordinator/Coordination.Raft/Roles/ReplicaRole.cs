namespace Coordination.Raft;

/// <summary>The part that a replica plays in its term.</summary>
public enum ReplicaRole
{
    /// <summary>Follows a leader, or waits for one. Learners are always followers.</summary>
    Follower = 0,

    /// <summary>Asks whether it could win an election before it disturbs anyone.</summary>
    PreCandidate = 1,

    /// <summary>Stands for election.</summary>
    Candidate = 2,

    /// <summary>Leads.</summary>
    Leader = 3,
}
