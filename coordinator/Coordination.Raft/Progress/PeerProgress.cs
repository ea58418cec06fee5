namespace Coordination.Raft;

/// <summary>
/// What a leader knows of one member's log, and what it may send next. The leader has one for itself too, whose match is its own disk.
/// <see cref="Match"/> never goes back; <c>Match &lt; Next</c> always.
/// </summary>
internal sealed class PeerProgress(ReplicaId id, LogIndex next, RaftOptions options)
{
    private readonly InflightWindow _window = new(options.MaxInflightAppends, options.MaxInflightBytes);
    private bool _probeUnanswered;

    public ReplicaId Id { get; } = id;

    public ProgressState State { get; private set; } = ProgressState.Probe;

    /// <summary>The last position known to agree, durably.</summary>
    public LogIndex Match { get; private set; }

    /// <summary>The next position to send.</summary>
    public LogIndex Next { get; private set; } = next;

    /// <summary>The highest commit index the member was told together with the entries before it.</summary>
    public LogIndex CommitSent { get; set; }

    /// <summary>The last heartbeat round that the member answered.</summary>
    public ulong AckedRound { get; private set; }

    /// <summary>Whether the member answered anything since the last check of the quorum.</summary>
    public bool IsRecentlyActive { get; set; }

    /// <summary>Whether the member votes in the (incoming) set of voters.</summary>
    public bool VotesIncoming { get; set; }

    /// <summary>Whether the member votes in the outgoing set of voters.</summary>
    public bool VotesOutgoing { get; set; }

    /// <summary>In state Snapshot: the snapshot that was announced, or null while the owner makes it.</summary>
    public SnapshotMetadata? Snapshot { get; private set; }

    public int InflightAppends => _window.Count;

    public long InflightBytes => _window.Bytes;

    /// <summary>Whether an append may be sent now.</summary>
    public bool CanSend => State switch
    {
        ProgressState.Probe => !_probeUnanswered,
        ProgressState.Replicate => !_window.IsFull,
        _ => false,
    };

    /// <summary>The member durably holds everything up to <paramref name="match"/>. Returns whether that is news.</summary>
    public bool Accept(LogIndex match)
    {
        _probeUnanswered = false;
        Next = LogIndex.Max(Next, match.Next());
        _window.FreeTo(match);
        if (match <= Match)
        {
            return false;
        }

        Match = match;
        return true;
    }

    /// <summary>
    /// The member refused an append behind <paramref name="previous"/>; <paramref name="agreement"/> is the highest position where the
    /// logs may agree. Returns false when the refusal is old news (messages may be delayed and reordered).
    /// </summary>
    public bool Reject(LogIndex previous, LogIndex agreement)
    {
        switch (State)
        {
            case ProgressState.Replicate when previous > Match:
                BecomeProbe(Match.Next());
                return true;
            case ProgressState.Probe when previous == Next.Previous():
                Next = LogIndex.Max(Match.Next(), LogIndex.Min(previous, agreement.Next()));
                _probeUnanswered = false;
                return true;
            default:
                return false;
        }
    }

    /// <summary>An append with entries up to <paramref name="last"/> leaves (none if that is before <see cref="Next"/>).</summary>
    public void Sent(LogIndex last, long bytes)
    {
        Invariant.Check(CanSend, $"Nothing may be sent to {Id} in state {State}.");
        if (State == ProgressState.Probe)
        {
            _probeUnanswered = true;
        }
        else if (last >= Next)
        {
            _window.Add(last, bytes);
            Next = last.Next();
        }
    }

    /// <summary>The member is alive, so a probe that is still unanswered may be repeated, and a full window moves on.</summary>
    public void AnsweredHeartbeat(ulong round)
    {
        AcknowledgeRound(round);
        _probeUnanswered = false;
        if (_window.IsFull)
        {
            _window.FreeOldest();
        }
    }

    /// <summary>The member took part in a heartbeat round.</summary>
    public void AcknowledgeRound(ulong round) => AckedRound = Math.Max(AckedRound, round);

    /// <summary>Find out where the logs agree, beginning before <paramref name="next"/>.</summary>
    public void BecomeProbe(LogIndex next)
    {
        State = ProgressState.Probe;
        Next = LogIndex.Max(next, Match.Next());
        Snapshot = null;
        _probeUnanswered = false;
        _window.Clear();
    }

    /// <summary>The logs are known to agree up to <see cref="Match"/>: stream.</summary>
    public void BecomeReplicate()
    {
        State = ProgressState.Replicate;
        Next = Match.Next();
        Snapshot = null;
        _probeUnanswered = false;
        _window.Clear();
    }

    /// <summary>The member needs entries that are gone: wait for a snapshot.</summary>
    public void BecomeSnapshot()
    {
        State = ProgressState.Snapshot;
        Snapshot = null;
        _window.Clear();
    }

    /// <summary>The snapshot is on its way.</summary>
    public void SnapshotSent(SnapshotMetadata snapshot)
    {
        Invariant.Check(State == ProgressState.Snapshot, $"A snapshot was sent to {Id}, which is in state {State}.");
        Snapshot = snapshot;
    }
}
