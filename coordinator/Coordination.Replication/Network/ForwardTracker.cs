using Coordination.Raft;
using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// What was applied here lately, by position, for commands that were handed to a leader: their entries may be applied before the answer
/// that says which they are. Used by the replica's loop alone.
/// </summary>
internal sealed class ForwardTracker
{
    /// <summary>An answer that comes later than so many entries is of no use any more; at full load a tenth of a second and more.</summary>
    private const int Kept = 16_384;

    private Applied[] _applied = [];
    private ulong _lastIndex;

    /// <summary>How many answers are outstanding.</summary>
    public int Count { get; private set; }

    /// <summary>Commands are handed to a leader.</summary>
    public void Begin(int count)
    {
        Count += count;
        if (_applied.Length == 0)
        {
            _applied = new Applied[Kept];
        }
    }

    /// <summary>An entry was applied, with its result, or without one when it was no command.</summary>
    public void Note(LogIndex index, Term term, ApplyResult? result)
    {
        _lastIndex = index.Value;
        if (_applied.Length > 0)
        {
            _applied[index.Value % Kept] = new Applied(index.Value, term.Value, result);
        }
    }

    /// <summary>The state went over to a snapshot at <paramref name="index"/>.</summary>
    public void PassOver(LogIndex index) => _lastIndex = index.Value;

    /// <summary>An answer came: what is known of the command.</summary>
    /// <returns>Null while its position has not been applied.</returns>
    public ProposalOutcome? End(ForwardPosition answer)
    {
        Count--;
        switch (answer.End)
        {
            case ForwardEnd.Appended when answer.Index > _lastIndex:
                return null;
            case ForwardEnd.Appended:
                var applied = _applied[answer.Index % Kept];
                return applied.Index != answer.Index
                    ? new ProposalOutcome(ProposalEnd.TimedOut, default, answer.Term)
                    : applied.Term == answer.Term && applied.Result is { } result
                        ? new ProposalOutcome(ProposalEnd.Applied, result, answer.Term)
                        : new ProposalOutcome(ProposalEnd.Superseded, default, applied.Term);
            case ForwardEnd.TooManyRequests:
                return new ProposalOutcome(ProposalEnd.TooManyRequests, default, answer.Term);
            default:
                return new ProposalOutcome(ProposalEnd.TimedOut, default, answer.Term);
        }
    }

    private readonly record struct Applied(ulong Index, ulong Term, ApplyResult? Result);
}
