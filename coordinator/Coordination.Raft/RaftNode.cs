#pragma warning disable CA1822, IDE0060 // The signatures come first; the bodies follow.
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
    /// <summary>Restores a replica, or starts a new one (see <see cref="RestoredState"/>).</summary>
    /// <exception cref="ArgumentException">The options or the restored state contradict themselves; the message names everything.</exception>
    public RaftNode(RaftOptions options, RestoredState state) => throw new InvalidOperationException();

    /// <summary>Whether <see cref="TakeReady"/> would hand out anything.</summary>
    public bool HasReady => throw new InvalidOperationException();

    /// <summary>The replica's id.</summary>
    public ReplicaId Id => throw new InvalidOperationException();

    /// <summary>Its role now.</summary>
    public ReplicaRole Role => throw new InvalidOperationException();

    /// <summary>Its term now.</summary>
    public Term Term => throw new InvalidOperationException();

    /// <summary>The leader it knows of in its term, or none.</summary>
    public ReplicaId Leader => throw new InvalidOperationException();

    /// <summary>The last position known to be committed.</summary>
    public LogIndex Committed => throw new InvalidOperationException();

    /// <summary>The latest membership of the log, committed or not: the one that counts (Raft paper, section 6).</summary>
    public Membership Membership => throw new InvalidOperationException();

    /// <summary>Whether the group sleeps: the owner may stop ticking until it has something else for the node.</summary>
    public bool IsQuiesced => throw new InvalidOperationException();

    /// <summary>A full picture; allocates.</summary>
    public RaftStatus GetStatus() => throw new InvalidOperationException();

    /// <summary>One tick of time has passed.</summary>
    public void Tick() => throw new InvalidOperationException();

    /// <summary>A message arrived. One that is for another replica, or from a stranger without a reason, is ignored.</summary>
    public void Step(Message message) => throw new InvalidOperationException();

    /// <summary>Proposes one command. Takes ownership of the bytes.</summary>
    public ProposalResult Propose(ReadOnlyMemory<byte> command) => throw new InvalidOperationException();

    /// <summary>Proposes a change of the membership.</summary>
    public ProposalResult ProposeMembership(MembershipChange change) => throw new InvalidOperationException();

    /// <summary>
    /// Asks for a read index. The answer comes in <see cref="Ready.Reads"/> under the same number; it may come late or, when messages get
    /// lost while no leader is known, not until there is one: the owner has the deadline.
    /// </summary>
    /// <returns>False when too many reads wait already (<see cref="RaftOptions.MaxPendingReads"/>); nothing happened then.</returns>
    public bool Read(ulong id) => throw new InvalidOperationException();

    /// <summary>
    /// Hands leadership to a voter: proposals are refused meanwhile; given up after an election timeout. Accepted at once when the target
    /// leads already.
    /// </summary>
    public ProposalStatus TransferLeadership(ReplicaId target) => throw new InvalidOperationException();

    /// <summary>Begins a (pre-)election now instead of at the next timeout, if this replica is a voter that does not lead.</summary>
    public void Campaign() => throw new InvalidOperationException();

    /// <summary>Wakes a sleeping group, for example when the owner learns that the leader's node is gone. Otherwise does nothing.</summary>
    public void Wake() => throw new InvalidOperationException();

    /// <summary>Every request up to <paramref name="sequence"/> is durable (those with a snapshot also installed).</summary>
    public void Persisted(long sequence) => throw new InvalidOperationException();

    /// <summary>The state machine contains everything up to <paramref name="index"/>.</summary>
    public void Applied(LogIndex index) => throw new InvalidOperationException();

    /// <summary>
    /// Forgets the entries up to <paramref name="index"/>, which must be applied (and durably so, in whatever the owner would restore from).
    /// Followers that still need them will get a snapshot. Does nothing when they are forgotten already.
    /// </summary>
    public void Compact(LogIndex index) => throw new InvalidOperationException();

    /// <summary>Describes a snapshot of the state machine at <paramref name="index"/>, between the last compaction and the last applied.</summary>
    public SnapshotMetadata DescribeSnapshot(LogIndex index) => throw new InvalidOperationException();

    /// <summary>
    /// The owner has a snapshot for a follower listed in <see cref="Ready.SnapshotsWanted"/>: an <see cref="InstallSnapshot"/> comes out
    /// among the messages. Ignored when the follower no longer needs it.
    /// </summary>
    public void SendSnapshot(ReplicaId peer, SnapshotMetadata snapshot) => throw new InvalidOperationException();

    /// <summary>A snapshot could not be made for, or delivered to, <paramref name="peer"/>: it will be probed again.</summary>
    public void SnapshotFailed(ReplicaId peer) => throw new InvalidOperationException();

    /// <summary>The transport lost messages to <paramref name="peer"/>: an optimistic stream of entries falls back to probing.</summary>
    public void Unreachable(ReplicaId peer) => throw new InvalidOperationException();

    /// <summary>
    /// Everything there is to do since the last call. The node considers it under way; it must be done. The object is reused by the next
    /// call.
    /// </summary>
    public Ready TakeReady() => throw new InvalidOperationException();
}
