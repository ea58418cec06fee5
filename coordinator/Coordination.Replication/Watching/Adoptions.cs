using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// What the partition took back lately. Taking back compacts, since what happened to the keys meanwhile is not known here; but whoever was
/// told that by the partition that had them misses nothing. Filled by the thread that applies, before any view shows it; read by the hub's
/// turn.
/// </summary>
internal sealed class Adoptions
{
    /// <summary>Watches return within moments.</summary>
    private const int KeptMax = 64;

    private readonly Lock _gate = new();
    private readonly Queue<(uint From, long Revision)> _adoptions = [];

    public void Add(Delegation adopted, long revision)
    {
        lock (_gate)
        {
            if (_adoptions.Count == KeptMax)
            {
                _adoptions.Dequeue();
            }

            _adoptions.Enqueue((adopted.Partition, revision));
        }
    }

    /// <summary>
    /// The first revision that a watcher does not know, if it comes from a partition whose keys came back, and all history since is there.
    /// </summary>
    public long? FindStart(WatchCreation creation, StoreView view)
    {
        if (creation.ReturnedFrom is not { } from)
        {
            return null;
        }

        lock (_gate)
        {
            foreach (var adoption in _adoptions)
            {
                if (adoption.From == from && adoption.Revision >= view.CompactRevision && adoption.Revision <= view.Revision)
                {
                    return adoption.Revision + 1;
                }
            }
        }

        return null;
    }
}
