namespace Coordination.Raft;

/// <summary>A picture of a replica at one moment, for metrics, status pages and tests.</summary>
public sealed record RaftStatus
{
    /// <summary>This replica.</summary>
    public required ReplicaId Id { get; init; }

    /// <summary>Its role.</summary>
    public required ReplicaRole Role { get; init; }

    /// <summary>Its term.</summary>
    public required Term Term { get; init; }

    /// <summary>Whom it voted for in the term, or none.</summary>
    public required ReplicaId Vote { get; init; }

    /// <summary>The leader it knows of, or none.</summary>
    public required ReplicaId Leader { get; init; }

    /// <summary>The position up to which the log is compacted away.</summary>
    public required LogIndex SnapshotIndex { get; init; }

    /// <summary>The last position applied.</summary>
    public required LogIndex Applied { get; init; }

    /// <summary>The last position known to be committed.</summary>
    public required LogIndex Committed { get; init; }

    /// <summary>The last position on this replica's disk.</summary>
    public required LogIndex Durable { get; init; }

    /// <summary>The last position of the log.</summary>
    public required LogIndex LastIndex { get; init; }

    /// <summary>That entry's term.</summary>
    public required Term LastTerm { get; init; }

    /// <summary>Bytes of all entries held in memory.</summary>
    public required long LogBytes { get; init; }

    /// <summary>On a leader: the first entry of its term.</summary>
    public LogIndex TermStart { get; init; }

    /// <summary>On a leader: bytes of proposals that are not committed.</summary>
    public required long UncommittedBytes { get; init; }

    /// <summary>Reads that wait for their index.</summary>
    public required int PendingReads { get; init; }

    /// <summary>The latest membership of the log, committed or not.</summary>
    public required Membership Membership { get; init; }

    /// <summary>The target of a leadership transfer under way, or none.</summary>
    public required ReplicaId TransferTarget { get; init; }

    /// <summary>Whether the group sleeps.</summary>
    public required bool IsQuiesced { get; init; }

    /// <summary>Elections this replica stood in since its start.</summary>
    public required long ElectionsStarted { get; init; }

    /// <summary>Elections this replica won since its start.</summary>
    public required long ElectionsWon { get; init; }

    /// <summary>Proposals that were refused since its start, for whatever reason.</summary>
    public required long ProposalsRefused { get; init; }

    /// <summary>On a leader: how far each other member is, by id. Empty otherwise.</summary>
    public required IReadOnlyList<PeerStatus> Peers { get; init; }
}

/// <summary>How far a leader knows a member to be.</summary>
/// <param name="Id">The member.</param>
/// <param name="State">How it is fed.</param>
/// <param name="Match">The last position known to agree, durably.</param>
/// <param name="Next">The next position to send.</param>
/// <param name="InflightAppends">Appends that are unanswered.</param>
/// <param name="InflightBytes">Bytes of entries that are unanswered.</param>
/// <param name="IsRecentlyActive">Whether it answered anything within the last check of the quorum.</param>
/// <param name="IsLearner">Whether it is a learner.</param>
public readonly record struct PeerStatus(
    ReplicaId Id,
    ProgressState State,
    LogIndex Match,
    LogIndex Next,
    int InflightAppends,
    long InflightBytes,
    bool IsRecentlyActive,
    bool IsLearner);
