namespace Coordination.Raft.Tests;

/// <summary>What holds over all replicas at all times (Raft paper, figure 3), checked on everything that comes out of any of them.</summary>
internal sealed class SafetyChecks
{
    private readonly SortedDictionary<Term, ReplicaId> _leaders = [];
    private readonly SortedDictionary<LogIndex, Entry> _applied = [];

    public void Observe(Replica replica, Ready ready)
    {
        foreach (var happened in ready.Events)
        {
            if (happened.Kind == RaftEventKind.BecameLeader)
            {
                CheckElectionSafety(replica.Id, happened.Term);
            }
        }

        foreach (var entry in ready.Committed.Span)
        {
            CheckStateMachineSafety(replica.Id, entry);
        }
    }

    private void CheckElectionSafety(ReplicaId id, Term term)
    {
        bool isFirst = _leaders.TryAdd(term, id);
        Assert.True(isFirst || _leaders[term] == id, $"{Names.Of(id)} and {Names.Of(_leaders[term])} both lead term {term}.");
    }

    private void CheckStateMachineSafety(ReplicaId id, Entry entry)
    {
        if (_applied.TryAdd(entry.Index, entry))
        {
            return;
        }

        var other = _applied[entry.Index];
        bool isSame = other.Term == entry.Term && other.Kind == entry.Kind && other.Data.Span.SequenceEqual(entry.Data.Span);
        Assert.True(isSame, $"{Names.Of(id)} applies {entry} where another replica applied {other}.");
    }
}
