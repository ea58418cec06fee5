namespace Coordination.Raft;

/// <summary>How a replica answers those who want its vote; the same in every role.</summary>
internal sealed class Ballot(RaftCore core)
{
    /// <summary>Says whether the asker would get this replica's vote in its next term; changes nothing.</summary>
    public void Answer(PreVoteRequest request)
    {
        bool grant = request.Term >= core.Term
            && !core.Role.HearsLeader
            && core.Log.IsUpToDate(request.LastIndex, request.LastTerm);
        core.Send(new PreVoteResponse(core.Id, request.From, core.Term, request.Term, grant));
    }

    /// <summary>
    /// Gives the vote of the present term, at most once, to a candidate whose log is at least as up to date as this one (Raft paper,
    /// sections 5.2 and 5.4.1). A vote leaves when it is on disk; a refusal promises nothing and leaves at once.
    /// </summary>
    public void Answer(VoteRequest request)
    {
        bool canVote = core.Vote == request.From || (!core.Vote.IsSome && !core.Leader.IsSome);
        if (!canVote || !core.Log.IsUpToDate(request.LastIndex, request.LastTerm))
        {
            core.Send(new VoteResponse(core.Id, request.From, core.Term, Granted: false));
            return;
        }

        core.VoteFor(request.From);
        core.SendWhenDurable(new VoteResponse(core.Id, request.From, core.Term, Granted: true));
    }
}
