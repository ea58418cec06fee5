using Coordination.Raft;

namespace Coordination.Replication;

/// <summary>
/// The proposals that are in the log and not yet at their end, by position. An entry that is applied at a position is the proposal's own
/// only if its term is the same: otherwise another leader replaced it. Used by the replica's loop alone.
/// </summary>
internal sealed class ProposalTracker
{
    private readonly List<Tracked> _tracked = [];
    private int _head;

    /// <summary>How many wait.</summary>
    public int Count => _tracked.Count - _head;

    /// <summary>
    /// Takes a proposal that the leader's log, here or elsewhere, has at <paramref name="index"/>. Answers of leaders come in any order, and
    /// logs are cut: so several may wait at a position, each with its term, and whichever term is applied there decides. That this replica's
    /// own log was cut decides nothing: the entry may stand in another log, whose owner may lead again and commit it (Raft paper, figure 8).
    /// </summary>
    public void Add(LogIndex index, Term term, PendingProposal proposal)
    {
        int place = _tracked.Count;
        while (place > _head && _tracked[place - 1].Index > index)
        {
            place--;
        }

        _tracked.Insert(place, new Tracked(index, term, proposal));
    }

    /// <summary>The proposal that an applied entry answers, if somebody waits for it; earlier ones are over.</summary>
    public PendingProposal? Take(LogIndex index, Term term)
    {
        PendingProposal? found = null;
        while (Count > 0 && _tracked[_head].Index <= index)
        {
            var tracked = _tracked[_head];
            RemoveHead();
            if (tracked.Index == index && tracked.Term == term)
            {
                found = tracked.Proposal;
            }
            else
            {
                tracked.Proposal.TrySetResult(new ProposalOutcome(ProposalEnd.Superseded, default, term.Value));
            }
        }

        return found;
    }

    /// <summary>
    /// The state went over to a snapshot at <paramref name="index"/>: nobody sees what came of the proposals up to there.
    /// </summary>
    public void PassOver(LogIndex index, ulong term)
    {
        while (Count > 0 && _tracked[_head].Index <= index)
        {
            _tracked[_head].Proposal.TrySetResult(new ProposalOutcome(ProposalEnd.TimedOut, default, term));
            RemoveHead();
        }
    }

    /// <summary>Tells those that have waited too long. They keep their place: the entry may still come.</summary>
    public void TimeOut(long tick, ulong term)
    {
        for (int i = _head; i < _tracked.Count; i++)
        {
            if (_tracked[i].Proposal.DeadlineTick <= tick)
            {
                _tracked[i].Proposal.TrySetResult(new ProposalOutcome(ProposalEnd.TimedOut, default, term));
            }
        }
    }

    /// <summary>Ends all: nobody will know any more what becomes of them.</summary>
    public void EndAll(ProposalEnd end, ulong term)
    {
        for (int i = _head; i < _tracked.Count; i++)
        {
            _tracked[i].Proposal.TrySetResult(new ProposalOutcome(end, default, term));
        }

        _tracked.Clear();
        _head = 0;
    }

    private void RemoveHead()
    {
        _tracked[_head] = default;
        _head++;
        if (_head == _tracked.Count)
        {
            _tracked.Clear();
            _head = 0;
        }
        else if (_head >= 4096)
        {
            _tracked.RemoveRange(0, _head);
            _head = 0;
        }
    }

    private readonly record struct Tracked(LogIndex Index, Term Term, PendingProposal Proposal);
}
