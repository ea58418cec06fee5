namespace Coordination.Raft;

/// <summary>
/// Stands for election in a new term (Raft paper, section 5.2). Its own vote is a message to itself that, like the requests to the others,
/// leaves only when term, vote and log are on disk: a candidate that could forget that it stood might stand twice in one term, with two
/// different logs, on the same votes.
/// </summary>
internal sealed class Candidate : Role
{
    private readonly VoteTally _tally;
    private int _ticksLeft;

    public Candidate(RaftCore core)
        : base(core)
    {
        _tally = new VoteTally(core.Log.Membership);
        _ticksLeft = core.DrawElectionTimeout();
    }

    public override ReplicaRole Kind => ReplicaRole.Candidate;

    public override bool HearsLeader => false;

    /// <summary>Asks for the votes.</summary>
    public void Begin(CampaignCause cause)
    {
        Core.SendWhenDurable(new VoteResponse(Core.Id, Core.Id, Core.Term, Granted: true));
        foreach (var voter in _tally.Voters)
        {
            if (voter != Core.Id)
            {
                Core.SendWhenDurable(
                    new VoteRequest(Core.Id, voter, Core.Term, Core.Log.LastIndex, Core.Log.LastTerm, cause));
            }
        }
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
        Invariant.Check(message is VoteResponse, $"A candidate does not handle {message.Kind}.");
        var response = (VoteResponse)message;
        _tally.Add(response.From, response.Granted);
        switch (_tally.Result)
        {
            case VoteResult.Won:
                Core.BecomeLeader();
                break;
            case VoteResult.Lost:
                Core.BecomeFollower(Core.Term, ReplicaId.None);
                break;
            default:
                break;
        }
    }
}
