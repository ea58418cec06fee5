namespace Coordination.Raft;

/// <summary>The kinds of messages between replicas of a group. The numbers are part of the wire format.</summary>
public enum MessageKind : byte
{
    /// <summary><see cref="Raft.PreVoteRequest"/>.</summary>
    PreVoteRequest = 1,

    /// <summary><see cref="Raft.PreVoteResponse"/>.</summary>
    PreVoteResponse = 2,

    /// <summary><see cref="Raft.VoteRequest"/>.</summary>
    VoteRequest = 3,

    /// <summary><see cref="Raft.VoteResponse"/>.</summary>
    VoteResponse = 4,

    /// <summary><see cref="Raft.AppendRequest"/>.</summary>
    AppendRequest = 5,

    /// <summary><see cref="Raft.AppendAccepted"/>.</summary>
    AppendAccepted = 6,

    /// <summary><see cref="Raft.AppendRejected"/>.</summary>
    AppendRejected = 7,

    /// <summary><see cref="Raft.HeartbeatRequest"/>.</summary>
    HeartbeatRequest = 8,

    /// <summary><see cref="Raft.HeartbeatResponse"/>.</summary>
    HeartbeatResponse = 9,

    /// <summary><see cref="Raft.InstallSnapshot"/>.</summary>
    InstallSnapshot = 10,

    /// <summary><see cref="Raft.TimeoutNow"/>.</summary>
    TimeoutNow = 11,

    /// <summary><see cref="Raft.ReadIndexRequest"/>.</summary>
    ReadIndexRequest = 12,

    /// <summary><see cref="Raft.ReadIndexResponse"/>.</summary>
    ReadIndexResponse = 13,

    /// <summary><see cref="Raft.Quiesce"/>.</summary>
    Quiesce = 14,

    /// <summary><see cref="Raft.TermNotice"/>.</summary>
    TermNotice = 15,
}
