namespace Coordination.Raft;

/// <summary>Entries from the leader (Raft paper, figure 2, AppendEntries). May be empty, to probe where the logs agree.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The leader's term.</param>
/// <param name="PreviousIndex">The position before the first entry.</param>
/// <param name="PreviousTerm">The term of the entry at that position.</param>
/// <param name="Entries">The entries, in order and without gaps, from <paramref name="PreviousIndex"/> + 1 on.</param>
/// <param name="Commit">The leader's commit index.</param>
public sealed record AppendRequest(
    ReplicaId From,
    ReplicaId To,
    Term Term,
    LogIndex PreviousIndex,
    Term PreviousTerm,
    ReadOnlyMemory<Entry> Entries,
    LogIndex Commit)
    : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.AppendRequest;

    /// <summary>The position of the last entry that the request carries, or <see cref="PreviousIndex"/> when it carries none.</summary>
    public LogIndex LastIndex => PreviousIndex + Entries.Length;
}

/// <summary>
/// The follower's log agrees with the leader's up to <paramref name="MatchIndex"/>, durably: the message leaves only after the
/// entries are on disk. Answers an <see cref="AppendRequest"/> and an <see cref="InstallSnapshot"/>.
/// </summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The follower's term.</param>
/// <param name="MatchIndex">The last position known to agree.</param>
public sealed record AppendAccepted(ReplicaId From, ReplicaId To, Term Term, LogIndex MatchIndex) : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.AppendAccepted;
}

/// <summary>The follower's log has no entry at <paramref name="PreviousIndex"/>, or one of another term.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The follower's term.</param>
/// <param name="PreviousIndex">The previous index of the request that is refused.</param>
/// <param name="HintIndex">The highest position, at most <paramref name="PreviousIndex"/>, where the logs may still agree.</param>
/// <param name="HintTerm">The term of the follower's entry at <paramref name="HintIndex"/>.</param>
public sealed record AppendRejected(
    ReplicaId From, ReplicaId To, Term Term, LogIndex PreviousIndex, LogIndex HintIndex, Term HintTerm)
    : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.AppendRejected;
}

/// <summary>The leader is alive. Unlike an empty append it says nothing about the log.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The leader's term.</param>
/// <param name="Commit">The part of the leader's commit index that the follower is known to hold.</param>
/// <param name="Round">
/// The number of the heartbeat round, unique and rising within the leader's term: a majority that answers a round proves that the
/// leader still led when the round started (Raft thesis, section 6.4).
/// </param>
public sealed record HeartbeatRequest(ReplicaId From, ReplicaId To, Term Term, LogIndex Commit, ulong Round)
    : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.HeartbeatRequest;
}

/// <summary>The answer to a <see cref="HeartbeatRequest"/>.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The follower's term.</param>
/// <param name="Round">The round that is answered.</param>
public sealed record HeartbeatResponse(ReplicaId From, ReplicaId To, Term Term, ulong Round) : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.HeartbeatResponse;
}

/// <summary>
/// Announces a snapshot to a follower that needs entries which the leader no longer has (Raft paper, section 7). The transport carries
/// the bytes along with it, and hands the message to the receiving core only when it holds all of them, checked.
/// </summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The leader's term.</param>
/// <param name="Snapshot">Which snapshot.</param>
public sealed record InstallSnapshot(ReplicaId From, ReplicaId To, Term Term, SnapshotMetadata Snapshot)
    : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.InstallSnapshot;
}

/// <summary>
/// The leader has had nothing to do for a while and stops its heartbeats; a follower whose log is the leader's stops its election timer
/// until something wakes it.
/// </summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The leader's term.</param>
/// <param name="LastIndex">The leader's last entry, which is committed.</param>
/// <param name="LastTerm">That entry's term.</param>
public sealed record Quiesce(ReplicaId From, ReplicaId To, Term Term, LogIndex LastIndex, Term LastTerm)
    : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Quiesce;
}
