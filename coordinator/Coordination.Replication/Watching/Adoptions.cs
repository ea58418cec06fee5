using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// What the partition took back lately. Taking back compacts, since what happened to the keys meanwhile is not known here; but whoever was
/// told that by the partition that had them misses nothing. Belongs to the hub's turn.
/// </summary>
internal sealed class Adoptions
{
    /// <summary>Watches return within moments.</summary>
    private const int KeptMax = 64;

    private readonly List<(uint From, long Revision)> _adoptions = [];

    public void Add(Delegation adopted, long revision)
    {
        if (_adoptions.Count == KeptMax)
        {
            _adoptions.RemoveAt(0);
        }

        _adoptions.Add((adopted.Partition, revision));
    }

    /// <summary>From which revision a watcher is to be told.</summary>
    public long StartOf(WatchCreation creation, StoreView now)
    {
        foreach (var (from, revision) in _adoptions)
        {
            if (from == creation.ReturnedFrom && revision >= now.CompactRevision)
            {
                return Math.Max(creation.StartRevision, revision + 1);
            }
        }

        return creation.StartRevision;
    }
}
