namespace Coordination.Raft;

/// <summary>
/// Leads the term: appends proposals, feeds every member, commits what a majority holds, answers reads, and steps down when it no longer
/// hears a majority. Replication to the single member is in <see cref="Replicator"/>, reads are in <see cref="LeaderReads"/> and
/// <see cref="LeaderLease"/>; this class decides.
/// </summary>
internal sealed class Leader : Role
{
    private readonly ProgressTracker _tracker;
    private readonly Replicator _replicator;
    private readonly LeaderReads _reads;
    private readonly LeaderLease _lease;
    private LogIndex _termStart;
    private LeadershipTransfer? _transfer;
    private ulong _round;
    private int _ticksSinceHeartbeat;
    private int _ticksSinceQuorumCheck;
    private int _idleTicks;
    private bool _quiesced;

    public Leader(RaftCore core)
        : base(core)
    {
        _tracker = new ProgressTracker(core.Options, core.Log.Membership, core.Log.LastIndex.Next());
        _replicator = new Replicator(core, _tracker);
        _reads = new LeaderReads(core);
        _lease = new LeaderLease(core.Options);
    }

    public override ReplicaRole Kind => ReplicaRole.Leader;

    public override bool HearsLeader => true;

    public override bool IsQuiesced => _quiesced;

    public override bool HasWork => _replicator.HasWork || (_reads.CanStartRound && HasCommittedInTerm);

    public ProgressTracker Tracker => _tracker;

    public ReplicaId TransferTarget => _transfer?.Target ?? ReplicaId.None;

    public LogIndex TermStart => _termStart;

    public long UncommittedBytes { get; private set; }

    public int PendingReads => _reads.Count;

    /// <summary>Whether the leader knows what is committed: it committed an entry of its own term.</summary>
    private bool HasCommittedInTerm => Core.Log.Committed >= _termStart;

    /// <summary>Appends the empty entry that lets the leader commit in its term (Raft paper, section 8).</summary>
    public void Begin()
    {
        _termStart = Core.Log.LastIndex.Next();
        Append(EntryKind.Empty, default);
        OnDurable();
        Heartbeat();
    }

    public ProposalResult Propose(ReadOnlyMemory<byte> command)
    {
        if (_transfer is not null)
        {
            return Refused(ProposalStatus.TransferInProgress);
        }

        long bytes = command.Length + Entry.OverheadBytes;
        if (UncommittedBytes > 0 && UncommittedBytes + bytes > Core.Options.MaxUncommittedBytes)
        {
            return Refused(ProposalStatus.TooManyUncommitted);
        }

        UncommittedBytes += bytes;
        return Append(EntryKind.Command, command);
    }

    public ProposalResult Propose(MembershipChange change)
    {
        if (_transfer is not null)
        {
            return Refused(ProposalStatus.TransferInProgress);
        }

        // One change at a time, and none before this leader committed in its term: otherwise two leaders of different terms can each
        // commit a change that the other does not see (Ongaro's bug report on single-server changes, 2015).
        if (!HasCommittedInTerm || Core.Log.MembershipIndex > Core.Log.Committed || Core.Log.Membership.IsJoint)
        {
            return Refused(ProposalStatus.MembershipChangePending);
        }

        return MembershipChanger.Apply(Core.Log.Membership, change) is { } next
            ? AppendMembership(next, change.Context)
            : Refused(ProposalStatus.InvalidMembershipChange);
    }

    public bool TryRead(ulong id)
    {
        _idleTicks = 0;
        return _reads.TryAdd(id);
    }

    public ProposalStatus Transfer(ReplicaId target)
    {
        if (target == Core.Id)
        {
            return ProposalStatus.Accepted;
        }

        if (!Core.Log.Membership.IsVoter(target))
        {
            return ProposalStatus.InvalidTransferTarget;
        }

        if (_transfer?.Target == target)
        {
            return ProposalStatus.Accepted;
        }

        _idleTicks = 0;
        _transfer = new LeadershipTransfer(target, Core.Options.ElectionTimeoutTicks);
        Core.Report(RaftEventKind.TransferStarted, peer: target);
        HandOverIfCaughtUp();
        return ProposalStatus.Accepted;
    }

    public void SendSnapshot(ReplicaId peer, SnapshotMetadata snapshot) => _replicator.SendSnapshot(peer, snapshot);

    public void SnapshotDelivered(ReplicaId peer, LogIndex index) => _replicator.SnapshotDelivered(peer, index);

    public void SnapshotFailed(ReplicaId peer) => _replicator.SnapshotFailed(peer);

    public void Unreachable(ReplicaId peer) => _replicator.Unreachable(peer);

    /// <summary>The replica leads no longer: reads are given up, and a transfer has succeeded or is pointless.</summary>
    public void GiveUp()
    {
        _reads.Abort();
        _transfer = null;
    }

    public override void Tick()
    {
        if (_quiesced)
        {
            return;
        }

        _lease.Tick();
        _ticksSinceQuorumCheck++;
        if (_ticksSinceQuorumCheck >= Core.Options.ElectionTimeoutTicks)
        {
            _ticksSinceQuorumCheck = 0;
            if (!_tracker.TakeActiveQuorum(Core.Id))
            {
                Core.Report(RaftEventKind.QuorumLost);
                Core.BecomeFollower(Core.Term, ReplicaId.None);
                return;
            }
        }

        if (_transfer is { } transfer && transfer.IsOverdueAfterTick())
        {
            _transfer = null;
            Core.Report(RaftEventKind.TransferAborted, peer: transfer.Target);
        }

        if (TrySleep())
        {
            return;
        }

        _ticksSinceHeartbeat++;
        if (_ticksSinceHeartbeat >= Core.Options.HeartbeatTicks)
        {
            Heartbeat();
        }
    }

    public override void Handle(Message message)
    {
        if (message is ReadIndexRequest read)
        {
            _idleTicks = 0;
            _reads.Add(read);
            return;
        }

        if (_tracker.Find(message.From) is not { } member)
        {
            return;
        }

        member.IsRecentlyActive = true;
        switch (message)
        {
            case AppendAccepted accepted:
                if (_replicator.Accepted(member, accepted))
                {
                    CommitWhatQuorumHolds();
                    HandOverIfCaughtUp();
                }

                break;
            case AppendRejected rejected:
                _replicator.Rejected(member, rejected);
                break;
            case HeartbeatResponse response:
                _replicator.AnsweredHeartbeat(member, response.Round);
                ConfirmRounds();
                break;
            default:
                Invariant.Fail($"A leader does not handle {message.Kind}.");
                break;
        }
    }

    public override void Flush()
    {
        if (_reads.CanStartRound && HasCommittedInTerm)
        {
            if (_lease.IsValid)
            {
                _reads.AnswerByLease();
            }
            else
            {
                _reads.StartRound(_round + 1);
                Heartbeat();
                ConfirmRounds();
            }
        }

        _replicator.SendAppends();
    }

    public override void OnDurable()
    {
        if (_tracker.Find(Core.Id) is { } self)
        {
            self.Accept(Core.Log.Durable);
            CommitWhatQuorumHolds();
        }
    }

    public override void OnMembershipChanged()
    {
        _idleTicks = 0;
        _tracker.Update(Core.Log.Membership, Core.Log.LastIndex.Next());
        OnDurable();

        // Who is left may have answered already, or be nobody but this replica: then no answer would come to look at it again.
        ConfirmRounds();
        if (_transfer is { } transfer && !Core.Log.Membership.IsVoter(transfer.Target))
        {
            _transfer = null;
            Core.Report(RaftEventKind.TransferAborted, peer: transfer.Target);
        }
    }

    public override void Wake()
    {
        if (!_quiesced)
        {
            return;
        }

        _quiesced = false;
        _idleTicks = 0;
        _ticksSinceQuorumCheck = 0;
        _tracker.RestartActivity();
        Core.Report(RaftEventKind.Woke);
        Heartbeat();
    }

    private static ProposalResult Refused(ProposalStatus status) => new(status, LogIndex.None, Term.None);

    private ProposalResult Append(EntryKind kind, ReadOnlyMemory<byte> data)
    {
        _idleTicks = 0;
        var entry = new Entry(Core.Term, Core.Log.LastIndex.Next(), kind, data);
        if (Core.Log.Append(entry))
        {
            Core.MembershipChanged();
        }

        return new ProposalResult(ProposalStatus.Accepted, entry.Index, entry.Term);
    }

    private ProposalResult AppendMembership(Membership membership, ReadOnlyMemory<byte> context) =>
        Append(EntryKind.Membership, new MembershipEntry(membership, context).Encode());

    /// <summary>
    /// Commits what a majority durably holds, if it is of this term: an entry of an earlier term on a majority of disks can still be
    /// replaced (Raft paper, section 5.4.2 and figure 8); it is committed by the entry of this term that follows it.
    /// </summary>
    private void CommitWhatQuorumHolds()
    {
        var reached = _tracker.QuorumMatch();
        if (reached <= Core.Log.Committed || reached > Core.Log.LastIndex || Core.Log.TermAt(reached) != Core.Term)
        {
            return;
        }

        CountAsCommitted(Core.Log.Committed.Next(), reached);
        Core.Log.CommitTo(reached);
        FinishMembershipChange();
    }

    private void CountAsCommitted(LogIndex first, LogIndex last)
    {
        foreach (var entry in Core.Log.Slice(LogIndex.Max(first, _termStart), last, long.MaxValue, int.MaxValue).Span)
        {
            UncommittedBytes -= entry.Kind == EntryKind.Command ? entry.SizeBytes : 0;
        }

        Invariant.Check(UncommittedBytes >= 0, $"The uncommitted proposals count {UncommittedBytes} bytes.");
    }

    private void FinishMembershipChange()
    {
        if (Core.Log.MembershipIndex > Core.Log.Committed)
        {
            return;
        }

        if (Core.Log.Membership.IsJoint)
        {
            AppendMembership(MembershipChanger.Leave(Core.Log.Membership), default);
            return;
        }

        if (!Core.Log.Membership.IsVoter(Core.Id))
        {
            StepAside();
        }
    }

    /// <summary>The change that removed (or demoted) this leader is committed: it sends its heir ahead and leaves.</summary>
    private void StepAside()
    {
        PeerProgress? heir = null;
        foreach (var member in _tracker.Members)
        {
            if (member.VotesIncoming && (heir is null || member.Match > heir.Match))
            {
                heir = member;
            }
        }

        if (heir is not null)
        {
            Core.Send(new TimeoutNow(Core.Id, heir.Id, Core.Term));
        }

        Core.BecomeFollower(Core.Term, ReplicaId.None);
    }

    private void HandOverIfCaughtUp()
    {
        if (_transfer is { IsAnnounced: false } transfer
            && _tracker.Find(transfer.Target) is { } target
            && target.Match == Core.Log.LastIndex)
        {
            transfer.IsAnnounced = true;
            _lease.Break();
            Core.Send(new TimeoutNow(Core.Id, target.Id, Core.Term));
        }
    }

    private void Heartbeat()
    {
        _ticksSinceHeartbeat = 0;
        _round++;
        _lease.RoundSent(_round);
        foreach (var member in _tracker.Members)
        {
            if (member.Id != Core.Id)
            {
                var commit = LogIndex.Min(member.Match, Core.Log.Committed);
                Core.Send(new HeartbeatRequest(Core.Id, member.Id, Core.Term, commit, _round));
            }
        }
    }

    private void ConfirmRounds()
    {
        ulong confirmed = _tracker.QuorumRound(Core.Id);
        _lease.Confirm(confirmed);
        _reads.Confirm(confirmed);
    }

    private bool TrySleep()
    {
        _idleTicks++;
        int quiesceAfter = Core.Options.QuiesceAfterTicks;
        if (quiesceAfter == 0 || _idleTicks < quiesceAfter || Core.StaysAwake || !IsIdle())
        {
            return false;
        }

        foreach (var member in _tracker.Members)
        {
            if (member.Id != Core.Id)
            {
                Core.Send(new Quiesce(Core.Id, member.Id, Core.Term, Core.Log.LastIndex, Core.Log.LastTerm));
            }
        }

        _quiesced = true;
        _lease.Forget();
        Core.Report(RaftEventKind.Quiesced);
        return true;
    }

    /// <summary>Whether every member holds everything, all of it is committed, and nobody waits for anything.</summary>
    private bool IsIdle()
    {
        if (_transfer is not null || _reads.Count > 0 || Core.Log.Committed != Core.Log.LastIndex || Core.Log.Membership.IsJoint)
        {
            return false;
        }

        foreach (var member in _tracker.Members)
        {
            if (member.Match != Core.Log.LastIndex)
            {
                return false;
            }
        }

        return true;
    }
}
