namespace Coordination.Raft;

/// <summary>A leader's view of all members, itself included, and what majorities of them have reached.</summary>
internal sealed class ProgressTracker
{
    private readonly RaftOptions _options;
    private PeerProgress[] _members = [];

    /// <summary>Starts with every member unknown: probed from <paramref name="next"/> on.</summary>
    public ProgressTracker(RaftOptions options, Membership membership, LogIndex next)
    {
        _options = options;
        Update(membership, next);
    }

    /// <summary>All members by id, and the leader itself when it is one.</summary>
    public ReadOnlySpan<PeerProgress> Members => _members;

    /// <summary>The progress of a member, or null for a stranger.</summary>
    public PeerProgress? Find(ReplicaId id)
    {
        foreach (var member in _members)
        {
            if (member.Id == id)
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>Another membership counts: newcomers are probed from <paramref name="next"/> on, the rest keep their state.</summary>
    public void Update(Membership membership, LogIndex next)
    {
        var members = new PeerProgress[membership.Members.Count];
        for (int i = 0; i < members.Length; i++)
        {
            var id = membership.Members[i];

            // A newcomer counts as active until the next check, so that adding one cannot by itself make the leader step down.
            members[i] = Find(id) ?? new PeerProgress(id, next, _options) { IsRecentlyActive = true };
            members[i].VotesIncoming = membership.VoterSpan.BinarySearch(id) >= 0;
            members[i].VotesOutgoing = membership.OutgoingVoterSpan.BinarySearch(id) >= 0;
        }

        _members = members;
    }

    /// <summary>The highest position that a majority (of both sets of voters) durably holds.</summary>
    public LogIndex QuorumMatch() => new(Math.Min(
        Reached(static member => member.VotesIncoming, static member => member.Match.Value),
        Reached(static member => member.VotesOutgoing, static member => member.Match.Value)));

    /// <summary>The highest heartbeat round that a majority (of both) answered; the leader itself is taken to have answered all.</summary>
    public ulong QuorumRound(ReplicaId leader)
    {
        if (Find(leader) is { } self)
        {
            self.AcknowledgeRound(ulong.MaxValue);
        }

        return Math.Min(
            Reached(static member => member.VotesIncoming, static member => member.AckedRound),
            Reached(static member => member.VotesOutgoing, static member => member.AckedRound));
    }

    /// <summary>
    /// Whether a majority (of both) answered anything since the last call, the leader itself included. Starts a new period.
    /// </summary>
    public bool TakeActiveQuorum(ReplicaId leader)
    {
        if (Find(leader) is { } self)
        {
            self.IsRecentlyActive = true;
        }

        bool active = Reached(static member => member.VotesIncoming, static member => member.IsRecentlyActive ? 1UL : 0) > 0
            && Reached(static member => member.VotesOutgoing, static member => member.IsRecentlyActive ? 1UL : 0) > 0;
        foreach (var member in _members)
        {
            member.IsRecentlyActive = false;
        }

        return active;
    }

    /// <summary>A new period for the quorum check in which everybody counts as active: after a sleep nobody owes an answer.</summary>
    public void RestartActivity()
    {
        foreach (var member in _members)
        {
            member.IsRecentlyActive = true;
        }
    }

    private ulong Reached(Func<PeerProgress, bool> votes, Func<PeerProgress, ulong> value)
    {
        Span<ulong> values = _members.Length <= 32 ? stackalloc ulong[_members.Length] : new ulong[_members.Length];
        int voters = 0;
        foreach (var member in _members)
        {
            if (votes(member))
            {
                values[voters++] = value(member);
            }
        }

        return Quorum.Reached(values[..voters]);
    }
}
