using Coordination.Raft;

namespace Coordination.Replication;

/// <summary>
/// What everybody may know of the members of a replica's group. The loop publishes it when it changes, and on a leader with every tick;
/// any thread reads it.
/// </summary>
internal sealed class MembersView
{
    private readonly RaftNode _node;
    private readonly int _electionTimeoutTicks;
    private readonly Dictionary<ulong, long> _activeTicks = [];
    private Membership _membership;
    private bool _isCommitted;
    private bool _leads;
    private ulong _committedIndex;
    private long _tick;
    private volatile ReplicaMembers _published;

    public MembersView(RaftNode node, int electionTimeoutTicks)
    {
        _node = node;
        _electionTimeoutTicks = electionTimeoutTicks;
        _membership = node.Membership;
        _isCommitted = node.MembershipIndex <= node.Committed;
        _published = Describe();
    }

    /// <summary>The members as of a moment ago. Any thread.</summary>
    public ReplicaMembers Published => _published with { CommitIndex = Volatile.Read(ref _committedIndex) };

    /// <summary>Whether a member is a learner. Any thread.</summary>
    public bool IsLearner(ulong member) => _published.Learners.Contains(member);

    /// <summary>Time has passed: what a leader knows of the others may be new.</summary>
    public void OnTick(long tick)
    {
        _tick = tick;
        if (_leads)
        {
            Publish();
        }
    }

    /// <summary>Looks whether there is anything new to be told.</summary>
    public void Update()
    {
        Volatile.Write(ref _committedIndex, _node.Committed.Value);
        bool isCommitted = _node.MembershipIndex <= _node.Committed;
        bool leads = _node.Role == ReplicaRole.Leader;
        if (ReferenceEquals(_membership, _node.Membership) && _isCommitted == isCommitted && _leads == leads)
        {
            return;
        }

        if (leads && !_leads)
        {
            _activeTicks.Clear();
        }

        _membership = _node.Membership;
        _isCommitted = isCommitted;
        _leads = leads;
        Publish();
    }

    private static ulong[] ValuesOf(IReadOnlyList<ReplicaId> ids) => [.. ids.Select(static id => id.Value)];

    private void Publish() => _published = Describe();

    private ReplicaMembers Describe() => new()
    {
        Voters = ValuesOf(_node.Membership.Voters),
        OutgoingVoters = ValuesOf(_node.Membership.OutgoingVoters),
        Learners = ValuesOf(_node.Membership.Learners),
        IsCommitted = _isCommitted,
        CommitIndex = _committedIndex,
        Progress = _leads ? DescribeProgress() : [],
    };

    private MemberProgress[] DescribeProgress()
    {
        var status = _node.GetStatus();
        return [.. status.Peers.Select(Describe).Append(DescribeSelf(status)).OrderBy(static member => member.Member)];
    }

    private MemberProgress DescribeSelf(RaftStatus status) =>
        new(_node.Id.Value, status.Durable.Value, IsRecentlyActive: true, _node.Membership.IsLearner(_node.Id));

    /// <summary>
    /// The core counts who is active anew with every election timeout, and right after that nobody is: so whoever was active a timeout ago
    /// passes for it.
    /// </summary>
    private MemberProgress Describe(PeerStatus peer)
    {
        if (peer.IsRecentlyActive)
        {
            _activeTicks[peer.Id.Value] = _tick;
        }

        bool isActive = _activeTicks.TryGetValue(peer.Id.Value, out long tick) && _tick - tick <= _electionTimeoutTicks;
        return new MemberProgress(peer.Id.Value, peer.Match.Value, isActive, peer.IsLearner);
    }
}
