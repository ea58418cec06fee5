namespace Coordination.Raft;

/// <summary>
/// Asks every voter whether it would win an election, without a new term (Raft thesis, section 9.6), and stands only if it would.
/// </summary>
internal sealed class PreCandidate : Role
{
    private readonly VoteTally _tally;
    private int _ticksLeft;

    public PreCandidate(RaftCore core)
        : base(core)
    {
        _tally = new VoteTally(core.Log.Membership);
        _ticksLeft = core.DrawElectionTimeout();
    }

    public override ReplicaRole Kind => ReplicaRole.PreCandidate;

    public override bool HearsLeader => false;

    /// <summary>Asks; separate from construction because the answer of a single voter is its own and comes at once.</summary>
    public void Begin()
    {
        foreach (var voter in _tally.Voters)
        {
            if (voter != Core.Id)
            {
                Core.Send(new PreVoteRequest(Core.Id, voter, Core.Term, Core.Log.LastIndex, Core.Log.LastTerm));
            }
        }

        Count(Core.Id, granted: true);
    }

    public override void Tick()
    {
        _ticksLeft--;
        if (_ticksLeft > 0)
        {
            return;
        }

        if (Core.CanCampaign)
        {
            Core.BecomePreCandidate();
        }
        else
        {
            Core.BecomeFollower(Core.Term, ReplicaId.None);
        }
    }

    public override void Handle(Message message)
    {
        Invariant.Check(message is PreVoteResponse, $"A pre-candidate does not handle {message.Kind}.");
        var response = (PreVoteResponse)message;
        if (response.RequestTerm == Core.Term)
        {
            Count(response.From, response.Granted);
        }
    }

    private void Count(ReplicaId voter, bool granted)
    {
        _tally.Add(voter, granted);
        switch (_tally.Result)
        {
            case VoteResult.Won:
                Core.BecomeCandidate(CampaignCause.Timeout);
                break;
            case VoteResult.Lost:
                Core.BecomeFollower(Core.Term, ReplicaId.None);
                break;
            default:
                break;
        }
    }
}
