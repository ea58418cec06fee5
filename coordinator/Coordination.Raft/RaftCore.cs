namespace Coordination.Raft;

/// <summary>
/// What a replica keeps through all its roles: term, vote, known leader, log and reads; the transitions between roles; and the way from
/// an incoming message to the role that acts on it. <see cref="RaftNode"/> is its only owner, the roles work on it.
/// </summary>
internal sealed class RaftCore
{
    private readonly Outbox _outbox;
    private readonly Term _floor;
    private Role _role;

    public RaftCore(RaftOptions options, RestoredState state)
    {
        Options = options;
        Random = new SeededRandom(options.Seed);
        Log = new RaftLog(state);
        Term = state.HardState.Term;
        Vote = state.HardState.Vote;
        _floor = state.HardState.Floor;
        if (state.Snapshot.Term > Term)
        {
            // The crash came after a snapshot was installed and before the term that it came in was written.
            Term = state.Snapshot.Term;
            Vote = ReplicaId.None;
        }

        _outbox = new Outbox(Log, state.HardState with { Commit = Log.Committed });
        Follow = new FollowLog(this);
        ForwardedReads = new ForwardedReads(this);
        Ballot = new Ballot(this);
        _role = new Follower(this, isStart: true);
    }

    public RaftOptions Options { get; }

    public ReplicaId Id => Options.Id;

    public SeededRandom Random { get; }

    public RaftLog Log { get; }

    public FollowLog Follow { get; }

    public ForwardedReads ForwardedReads { get; }

    public Ballot Ballot { get; }

    public Role Role => _role;

    public Term Term { get; private set; }

    public ReplicaId Vote { get; private set; }

    public ReplicaId Leader { get; private set; }

    /// <summary>Whether the owner wants no sleep.</summary>
    public bool StaysAwake { get; set; }

    public long ElectionsStarted { get; private set; }

    public long ElectionsWon { get; private set; }

    /// <summary>
    /// Whether this replica may stand for election: it votes in the membership that counts. Or that membership removes it, but is not known
    /// to be committed: then its log may be the only one that is complete enough to win, by the votes of the others (Raft thesis,
    /// section 4.2.2).
    /// </summary>
    public bool CanCampaign =>
        (Log.Membership.IsVoter(Id) || Log.CommittedMembership.IsVoter(Id)) && IsBeyondFloor(Log.LastTerm);

    private HardState HardState => new(Term, Vote, Log.Committed) { Floor = _floor };

    /// <summary>Whether there may be anything to hand out.</summary>
    public bool HasReady =>
        _outbox.HasContent(HardState) || Log.HasCommittedToHandOut || _role.HasWork || ForwardedReads.HasWork;

    /// <summary>Gathers everything there is to do.</summary>
    public Ready TakeReady()
    {
        _role.Flush();
        ForwardedReads.Flush();
        var committed = Log.HandOutCommitted(Options.MaxApplyBytes);
        return _outbox.Take(HardState, committed);
    }

    public void Tick()
    {
        _outbox.CommitIsDue();
        _role.Tick();
        ForwardedReads.Tick();
    }

    /// <summary>
    /// How many ticks to wait this time, for a leader or for votes. The spread is half of the timeout: elections are short beside it and
    /// begin with a pre-vote, so that voters whose waits are close seldom disturb each other, and every tick of spread is a tick without
    /// a leader.
    /// </summary>
    public int DrawElectionTimeout()
    {
        int shortest = Options.ElectionTimeoutTicks;
        return Random.Next(shortest, shortest + Math.Max(2, shortest / 2));
    }

    /// <summary>
    /// Whether a log that ends in this term has everything that an earlier replica of this id can have acknowledged: a leader of a later
    /// term had it, and the log has an entry of that leader (Raft paper, section 5.4.3).
    /// </summary>
    public bool IsBeyondFloor(Term lastTerm) => !_floor.IsSome || lastTerm > _floor;

    /// <summary>Takes a message from another replica.</summary>
    public void Step(Message message)
    {
        if (message.To != Id || message.From == Id)
        {
            return;
        }

        WakeFor(message.Kind);
        Receive(message);
    }

    /// <summary>Every write up to <paramref name="sequence"/> is durable: what waited for it leaves.</summary>
    public void Persisted(long sequence)
    {
        Log.Durability.Acknowledge(sequence);
        _outbox.Release();
        while (_outbox.TryTakeOwn(out var own))
        {
            Receive(own);
        }

        _role.OnDurable();
    }

    /// <summary>Sends a message that promises nothing about this replica's disk.</summary>
    public void Send(Message message) => _outbox.Send(message);

    /// <summary>Sends a message once everything that is in term, vote and log at this moment is on disk.</summary>
    public void SendWhenDurable(Message message) => _outbox.SendWhenDurable(message, HardState);

    /// <summary>Sends an answer that speaks for this replica's term once the term is on disk: a crash must not make it forget.</summary>
    public void SendWhenTermDurable(Message message) => _outbox.SendWhenTermDurable(message, HardState);

    public void Report(RaftEventKind kind, LogIndex index = default, ReplicaId peer = default) =>
        _outbox.Report(new RaftEvent(kind, Term, index, peer));

    public void Answer(ReadResult result) => _outbox.Answer(result);

    public void WantSnapshot(ReplicaId peer)
    {
        _outbox.WantSnapshot(peer);
        Report(RaftEventKind.SnapshotNeeded, Log.BaseIndex, peer);
    }

    /// <summary>The latest membership of the log is another one than before.</summary>
    public void MembershipChanged()
    {
        Report(RaftEventKind.MembershipChanged, Log.MembershipIndex);
        _role.OnMembershipChanged();
    }

    /// <summary>A message of the term's leader arrived.</summary>
    public void KnowLeader(ReplicaId leader)
    {
        Invariant.Check(
            !Leader.IsSome || Leader == leader, $"Term {Term} has two leaders: {Leader} and {leader}.");
        if (Leader == leader)
        {
            return;
        }

        Leader = leader;
        Report(RaftEventKind.LeaderKnown, peer: leader);
    }

    /// <summary>Nothing was heard of the leader for too long: nobody waits for it any more.</summary>
    public void LoseLeader()
    {
        Leader = ReplicaId.None;
        ForwardedReads.Abort();
    }

    /// <summary>Votes for a candidate of the present term.</summary>
    public void VoteFor(ReplicaId candidate)
    {
        Invariant.Check(
            !Vote.IsSome || Vote == candidate, $"In term {Term} the vote went to {Vote}; it cannot go to {candidate} too.");
        Vote = candidate;
        if (_role is Follower follower)
        {
            follower.RestartTimer();
        }
    }

    public void BecomeFollower(Term term, ReplicaId leader)
    {
        Invariant.Check(term >= Term, $"The term cannot go back from {Term} to {term}.");
        if (term > Term)
        {
            Term = term;
            Vote = ReplicaId.None;
        }

        LeaveRole();
        _role = new Follower(this, isStart: false);
        Report(RaftEventKind.BecameFollower, peer: leader);
        if (leader.IsSome)
        {
            KnowLeader(leader);
        }
    }

    public void BecomePreCandidate()
    {
        Invariant.Check(CanCampaign, $"Replica {Id} does not vote in {Log.Membership} and cannot stand.");
        LeaveRole();
        var preCandidate = new PreCandidate(this);
        _role = preCandidate;
        Report(RaftEventKind.BecamePreCandidate);
        preCandidate.Begin();
    }

    public void BecomeCandidate(CampaignCause cause)
    {
        Invariant.Check(CanCampaign, $"Replica {Id} does not vote in {Log.Membership} and cannot stand.");
        Invariant.Check(_role.Kind != ReplicaRole.Leader, $"A leader cannot stand in the term after {Term}.");
        LeaveRole();
        Term = Term.Next();
        Vote = Id;
        ElectionsStarted++;
        var candidate = new Candidate(this);
        _role = candidate;
        Report(RaftEventKind.BecameCandidate);
        candidate.Begin(cause);
    }

    public void BecomeLeader()
    {
        Invariant.Check(
            _role.Kind == ReplicaRole.Candidate && Vote == Id, $"A {_role.Kind} that voted for {Vote} cannot lead term {Term}.");
        LeaveRole();
        ElectionsWon++;
        Leader = Id;
        var leader = new Leader(this);
        _role = leader;
        Report(RaftEventKind.BecameLeader);
        leader.Begin();
    }

    private void LeaveRole()
    {
        Leader = ReplicaId.None;
        ForwardedReads.Abort();
        if (_role is Leader leader)
        {
            leader.GiveUp();
        }
    }

    /// <summary>Late answers do not disturb a sleeping group; everything else means that somebody has work for it.</summary>
    private void WakeFor(MessageKind kind)
    {
        bool isAnswer = kind is MessageKind.AppendAccepted or MessageKind.HeartbeatResponse
            or MessageKind.AppendRejected or MessageKind.VoteResponse or MessageKind.PreVoteResponse;
        if (_role.IsQuiesced && !isAnswer && kind != MessageKind.Quiesce)
        {
            _role.Wake();
        }
    }

    private void Receive(Message message)
    {
        // Pre-votes speak of a term that may never begin: they are compared where they are answered.
        if (message is PreVoteRequest preVote)
        {
            Ballot.Answer(preVote);
            return;
        }

        if (message.Term > Term && !TryEnterTerm(message))
        {
            return;
        }

        if (message.Term < Term)
        {
            ReceiveOfEarlierTerm(message);
            return;
        }

        Dispatch(message);
    }

    /// <summary>Follows a message into its later term; false when it does not deserve it.</summary>
    private bool TryEnterTerm(Message message)
    {
        bool isFromLeader = MessageDispositions.IsFromLeader(message.Kind);
        if (_role.HearsLeader && !isFromLeader && !MayDisturb(message))
        {
            return false;
        }

        BecomeFollower(message.Term, isFromLeader ? message.From : ReplicaId.None);
        return true;
    }

    /// <summary>
    /// Whether a message that is not from a leader may take a replica that hears one into a later term. A leader itself learns so that its
    /// term is over. A follower does not: it has promised to elect nobody else for a while, and a mere answer of a later term would
    /// make it forget its leader, and then the promise.
    /// </summary>
    private bool MayDisturb(Message message) =>
        message is VoteRequest request ? request.Cause == CampaignCause.Transfer : _role.Kind == ReplicaRole.Leader;

    private void ReceiveOfEarlierTerm(Message message)
    {
        switch (message)
        {
            case PreVoteResponse:
                // A voter of an earlier term may grant: its term says nothing about the answer.
                Dispatch(message);
                break;
            case VoteRequest request:
                Send(new VoteResponse(Id, request.From, Term, Granted: false));
                break;
            default:
                if (MessageDispositions.IsFromLeader(message.Kind) || message.Kind == MessageKind.ReadIndexRequest)
                {
                    Send(new TermNotice(Id, message.From, Term));
                }

                break;
        }
    }

    private void Dispatch(Message message)
    {
        var disposition = MessageDispositions.Of(_role.Kind, message.Kind);
        Invariant.Check(
            disposition != Disposition.Impossible,
            $"Replica {Id}, {_role.Kind} of term {Term}, got a {message.Kind} of its term from {message.From}.");
        if (disposition == Disposition.Ignore)
        {
            return;
        }

        if (message is VoteRequest request)
        {
            Ballot.Answer(request);
            return;
        }

        if (MessageDispositions.IsFromLeader(message.Kind) && _role.Kind != ReplicaRole.Follower)
        {
            BecomeFollower(Term, message.From);
        }

        _role.Handle(message);
    }
}
