namespace Coordination.Raft;

/// <summary>
/// How a replica answers those who want its vote; the same in every role. Whether its own membership has the asker, or itself, among the
/// voters is not asked (Raft thesis, section 4.1): who counts as a voter by an entry that it does not have yet may be the one without whom
/// nobody is elected, and an answer that should not count is not counted by the asker.
/// </summary>
internal sealed class Ballot(RaftCore core)
{
    /// <summary>Says whether the asker would get this replica's vote in its next term; changes nothing.</summary>
    public void Answer(PreVoteRequest request)
    {
        bool grant = request.Term >= core.Term
            && !core.Role.HearsLeader
            && Deserves(request.LastIndex, request.LastTerm);
        core.Send(new PreVoteResponse(core.Id, request.From, core.Term, request.Term, grant));
    }

    /// <summary>
    /// Gives the vote of the present term, at most once, to a candidate whose log is at least as up to date as this one (Raft paper,
    /// sections 5.2 and 5.4.1). A vote leaves when it is on disk; a refusal promises nothing and leaves at once.
    /// </summary>
    public void Answer(VoteRequest request)
    {
        bool canVote = core.Vote == request.From || (!core.Vote.IsSome && !core.Leader.IsSome);
        if (!canVote || !Deserves(request.LastIndex, request.LastTerm))
        {
            core.Send(new VoteResponse(core.Id, request.From, core.Term, Granted: false));
            return;
        }

        core.VoteFor(request.From);
        core.SendWhenDurable(new VoteResponse(core.Id, request.From, core.Term, Granted: true));
    }

    /// <summary>Whether a log that ends so can lead: as far as this replica's own, and as an earlier one's of its id.</summary>
    private bool Deserves(LogIndex lastIndex, Term lastTerm) =>
        core.Log.IsUpToDate(lastIndex, lastTerm) && core.IsBeyondFloor(lastTerm);
}
