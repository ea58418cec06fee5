namespace Coordination.Raft;

/// <summary>What a <see cref="RaftEvent"/> reports.</summary>
public enum RaftEventKind
{
    /// <summary>The replica became a follower of the term; the peer is the leader, if known.</summary>
    BecameFollower,

    /// <summary>The replica asks whether it could win an election.</summary>
    BecamePreCandidate,

    /// <summary>The replica stands for election in the term.</summary>
    BecameCandidate,

    /// <summary>The replica leads in the term.</summary>
    BecameLeader,

    /// <summary>The replica learned who leads the term: the peer.</summary>
    LeaderKnown,

    /// <summary>The owner knows that the process of the leader, the peer, has ended.</summary>
    LeaderGone,

    /// <summary>The leader lost contact with a majority and stepped down.</summary>
    QuorumLost,

    /// <summary>The membership of the log changed at the index, by an entry or by a snapshot.</summary>
    MembershipChanged,

    /// <summary>Uncommitted entries from the index on were replaced by a leader's.</summary>
    LogTruncated,

    /// <summary>A snapshot up to the index replaces the log.</summary>
    SnapshotAccepted,

    /// <summary>The peer needs entries that are compacted away and waits for a snapshot.</summary>
    SnapshotNeeded,

    /// <summary>Leadership is being handed to the peer.</summary>
    TransferStarted,

    /// <summary>The transfer to the peer took too long and was given up.</summary>
    TransferAborted,

    /// <summary>The group went to sleep: no heartbeats, no election timer.</summary>
    Quiesced,

    /// <summary>The group woke up.</summary>
    Woke,
}

/// <summary>Something that happened inside the core, for logs and tests.</summary>
/// <param name="Kind">What.</param>
/// <param name="Term">The replica's term at that moment.</param>
/// <param name="Index">The position concerned, or none.</param>
/// <param name="Peer">The other replica concerned, or none.</param>
public readonly record struct RaftEvent(RaftEventKind Kind, Term Term, LogIndex Index, ReplicaId Peer);
