namespace Coordination.Raft;

/// <summary>The answers to one (pre-)election. A voter's first answer counts; answers of others than voters do not.</summary>
internal sealed class VoteTally(Membership membership)
{
    private readonly Dictionary<ReplicaId, bool> _answers = [];

    /// <summary>Whom to ask: every voter of both sets.</summary>
    public IEnumerable<ReplicaId> Voters
    {
        get
        {
            foreach (var id in membership.Members)
            {
                if (membership.IsVoter(id))
                {
                    yield return id;
                }
            }
        }
    }

    /// <summary>Notes an answer.</summary>
    public void Add(ReplicaId voter, bool granted)
    {
        if (membership.IsVoter(voter))
        {
            _answers.TryAdd(voter, granted);
        }
    }

    /// <summary>How the vote stands.</summary>
    public VoteResult Result => Quorum.Both(Decide(membership.Voters), Decide(membership.OutgoingVoters));

    private VoteResult Decide(IReadOnlyList<ReplicaId> voters)
    {
        int granted = 0;
        int refused = 0;
        for (int i = 0; i < voters.Count; i++)
        {
            if (_answers.TryGetValue(voters[i], out bool answer))
            {
                granted += answer ? 1 : 0;
                refused += answer ? 0 : 1;
            }
        }

        return Quorum.Decide(voters.Count, granted, refused);
    }
}
