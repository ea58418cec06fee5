namespace Coordination.Raft;

/// <summary>
/// One replica of a Raft group: a pure, synchronous state machine. Ticks, messages, proposals and acknowledgements go in by the methods;
/// everything to be done comes out by <see cref="TakeReady"/>. It does no I/O, reads no clock and starts nothing; it is not thread-safe,
/// its owner serialises all calls. After a method threw <see cref="InvariantViolationException"/> the node must not be used again.
/// </summary>
/// <remarks>
/// The owner's loop: call input methods; while <see cref="HasReady"/>, take the <see cref="Ready"/>, send its messages, hand its
/// <see cref="PersistRequest"/> to the log, its committed entries to the state machine, and complete its reads. Acknowledge with
/// <see cref="Persisted"/> and <see cref="Applied"/> whenever disk and state machine are done, in order. Messages that depend on the disk
/// come out only after <see cref="Persisted"/>, so that the owner can do no wrong by sending what it gets.
/// Sources: Raft paper (Ongaro and Ousterhout 2014), Raft thesis (Ongaro 2014).
/// </remarks>
public sealed class RaftNode
{
    private static readonly ProposalResult NotLeader = new(ProposalStatus.NotLeader, LogIndex.None, Term.None);

    private readonly RaftCore _core;
    private long _proposalsRefused;

    /// <summary>Restores a replica, or starts a new one (see <see cref="RestoredState"/>).</summary>
    /// <exception cref="ArgumentException">
    /// The options or the restored state contradict themselves; the message names everything.
    /// </exception>
    public RaftNode(RaftOptions options, RestoredState state)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(state);
        List<string> errors = [.. options.Validate(), .. state.Validate()];
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', errors), nameof(options));
        }

        _core = new RaftCore(options, state);
    }

    /// <summary>Whether <see cref="TakeReady"/> may have anything to hand out.</summary>
    public bool HasReady => _core.HasReady;

    /// <summary>The replica's id.</summary>
    public ReplicaId Id => _core.Id;

    /// <summary>Its role now.</summary>
    public ReplicaRole Role => _core.Role.Kind;

    /// <summary>Its term now.</summary>
    public Term Term => _core.Term;

    /// <summary>The leader it knows of in its term, or none.</summary>
    public ReplicaId Leader => _core.Leader;

    /// <summary>The last position known to be committed.</summary>
    public LogIndex Committed => _core.Log.Committed;

    /// <summary>The latest membership of the log, committed or not: the one that counts (Raft paper, section 6).</summary>
    public Membership Membership => _core.Log.Membership;

    /// <summary>The entry, or the snapshot, that <see cref="Membership"/> comes from.</summary>
    public LogIndex MembershipIndex => _core.Log.MembershipIndex;

    /// <summary>Whether the group sleeps: the owner may stop ticking until it has something else for the node.</summary>
    public bool IsQuiesced => _core.Role.IsQuiesced;

    /// <summary>Whether the owner needs ticks, for its own ends: then a group that this replica leads does not fall asleep.</summary>
    public bool StaysAwake
    {
        get => _core.StaysAwake;
        set => _core.StaysAwake = value;
    }

    /// <summary>A full picture; allocates.</summary>
    public RaftStatus GetStatus()
    {
        var log = _core.Log;
        var leader = _core.Role as Leader;
        return new RaftStatus
        {
            Id = Id,
            Role = Role,
            Term = Term,
            Vote = _core.Vote,
            Leader = Leader,
            SnapshotIndex = log.BaseIndex,
            Applied = log.Applied,
            Committed = log.Committed,
            Durable = log.Durable,
            LastIndex = log.LastIndex,
            LastTerm = log.LastTerm,
            LogBytes = log.Bytes,
            TermStart = leader?.TermStart ?? LogIndex.None,
            UncommittedBytes = leader?.UncommittedBytes ?? 0,
            PendingReads = _core.ForwardedReads.Count + (leader?.PendingReads ?? 0),
            Membership = log.Membership,
            TransferTarget = leader?.TransferTarget ?? ReplicaId.None,
            IsQuiesced = IsQuiesced,
            ElectionsStarted = _core.ElectionsStarted,
            ElectionsWon = _core.ElectionsWon,
            ProposalsRefused = _proposalsRefused,
            Peers = leader is null ? [] : DescribePeers(leader),
        };
    }

    /// <summary>One tick of time has passed.</summary>
    public void Tick() => _core.Tick();

    /// <summary>A message arrived. One that is for another replica, or from a stranger without a reason, is ignored.</summary>
    public void Step(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _core.Step(message);
    }

    /// <summary>Proposes one command. Takes ownership of the bytes.</summary>
    public ProposalResult Propose(ReadOnlyMemory<byte> command)
    {
        _core.Role.Wake();
        return Count(_core.Role is Leader leader ? leader.Propose(command) : NotLeader);
    }

    /// <summary>Proposes a change of the membership.</summary>
    public ProposalResult ProposeMembership(MembershipChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        _core.Role.Wake();
        return Count(_core.Role is Leader leader ? leader.Propose(change) : NotLeader);
    }

    /// <summary>
    /// Asks for a read index. The answer comes in <see cref="Ready.Reads"/> under the same number. It may come late, and whenever
    /// leadership moves it may be <see cref="ReadOutcome.LeaderChanged"/>: the owner has the deadline, and asks again until then.
    /// </summary>
    /// <returns>False when too many reads wait already (<see cref="RaftOptions.MaxPendingReads"/>); nothing happened then.</returns>
    public bool Read(ulong id)
    {
        _core.Role.Wake();
        return _core.Role is Leader leader ? leader.TryRead(id) : _core.ForwardedReads.TryAdd(id);
    }

    /// <summary>
    /// Hands leadership to a voter: proposals are refused meanwhile; given up after an election timeout. Accepted at once when the target
    /// leads already.
    /// </summary>
    public ProposalStatus TransferLeadership(ReplicaId target)
    {
        _core.Role.Wake();
        return _core.Role is Leader leader ? leader.Transfer(target) : ProposalStatus.NotLeader;
    }

    /// <summary>
    /// Begins a (pre-)election now instead of at the next timeout, if this replica is a voter that follows; or begins its pre-election
    /// anew, for voters that were not there before. With lease reads it does nothing while a leader is heard: that leader relies on not
    /// being replaced.
    /// </summary>
    public void Campaign()
    {
        _core.Role.Wake();
        bool wouldBreakLease = _core.Options.ReadConfirmation == ReadConfirmation.Lease && _core.Role.HearsLeader;
        if (_core.Role is Follower or PreCandidate && _core.CanCampaign && !wouldBreakLease)
        {
            _core.BecomePreCandidate();
        }
    }

    /// <summary>Wakes a sleeping group, for example when the owner learns that the leader's node is gone. Otherwise does nothing.</summary>
    public void Wake() => _core.Role.Wake();

    /// <summary>
    /// The owner learned that a peer's process has ended: its connections were closed, and its machine refuses new ones. If that is the
    /// leader whom this replica follows, it does not wait for an election timeout: the voters stand for a pre-election within few ticks,
    /// each in its turn. Who still hears the leader refuses them as ever (Raft thesis, section 4.2.3), so a mistake disturbs nobody. With
    /// lease reads it only ends a sleep: the promise to elect nobody else for a while stands.
    /// </summary>
    public void Gone(ReplicaId peer)
    {
        _core.Role.Wake();
        if (_core.Role is Follower follower && peer.IsSome && peer == _core.Leader)
        {
            follower.LeaderGone();
        }
    }

    /// <summary>Every request up to <paramref name="sequence"/> is durable (those with a snapshot also installed).</summary>
    public void Persisted(long sequence) => _core.Persisted(sequence);

    /// <summary>The state machine contains everything up to <paramref name="index"/>.</summary>
    public void Applied(LogIndex index) => _core.Log.AppliedTo(index);

    /// <summary>
    /// Forgets the entries up to <paramref name="index"/>, which must be applied (and durably so, in whatever the owner would restore
    /// from). Followers that still need them will get a snapshot. Does nothing when they are forgotten already.
    /// </summary>
    public void Compact(LogIndex index) => _core.Log.Compact(index);

    /// <summary>
    /// Describes a snapshot of the state machine at <paramref name="index"/>, between the last compaction and the last applied.
    /// </summary>
    public SnapshotMetadata DescribeSnapshot(LogIndex index) => _core.Log.Describe(index);

    /// <summary>
    /// The owner has a snapshot for a follower listed in <see cref="Ready.SnapshotsWanted"/>: an <see cref="InstallSnapshot"/> comes out
    /// among the messages. Ignored when the follower no longer needs it.
    /// </summary>
    public void SendSnapshot(ReplicaId peer, SnapshotMetadata snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        (_core.Role as Leader)?.SendSnapshot(peer, snapshot);
    }

    /// <summary>
    /// The transport handed the snapshot at <paramref name="index"/> to <paramref name="peer"/>, whole. One of this and
    /// <see cref="SnapshotFailed"/> must follow every <see cref="InstallSnapshot"/> that the node sends.
    /// </summary>
    public void SnapshotDelivered(ReplicaId peer, LogIndex index) => (_core.Role as Leader)?.SnapshotDelivered(peer, index);

    /// <summary>A snapshot could not be made for, or delivered to, <paramref name="peer"/>: it will be probed again.</summary>
    public void SnapshotFailed(ReplicaId peer) => (_core.Role as Leader)?.SnapshotFailed(peer);

    /// <summary>The transport lost messages to <paramref name="peer"/>: an optimistic stream of entries falls back to probing.</summary>
    public void Unreachable(ReplicaId peer) => (_core.Role as Leader)?.Unreachable(peer);

    /// <summary>
    /// Everything there is to do since the last call. The node considers it under way; it must be done. The object is reused by the next
    /// call.
    /// </summary>
    public Ready TakeReady() => _core.TakeReady();

    private List<PeerStatus> DescribePeers(Leader leader)
    {
        var peers = new List<PeerStatus>();
        foreach (var member in leader.Tracker.Members)
        {
            if (member.Id != Id)
            {
                peers.Add(new PeerStatus(
                    member.Id,
                    member.State,
                    member.Match,
                    member.Next,
                    member.InflightAppends,
                    member.InflightBytes,
                    member.IsRecentlyActive,
                    IsLearner: !member.VotesIncoming && !member.VotesOutgoing));
            }
        }

        return peers;
    }

    private ProposalResult Count(ProposalResult result)
    {
        _proposalsRefused += result.Status == ProposalStatus.Accepted ? 0 : 1;
        return result;
    }
}
