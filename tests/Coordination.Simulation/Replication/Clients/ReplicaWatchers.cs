using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>The watch streams of clients of one running replica, with one watcher each. Looked at after every turn of its hub.</summary>
internal sealed class ReplicaWatchers(WorldServices world, PartitionHistory history, HostedReplica replica)
{
    private const int Max = 4;
    private readonly List<WatchedStream> _streams = [];

    /// <summary>A client opens a stream, ends one, or asks one for progress.</summary>
    public void Act(KeyRange range)
    {
        var random = world.ClientRandom;
        if (_streams.Count < Max && random.NextBool())
        {
            long last = Math.Max(1, replica.State.View.Revision);
            long start = random.NextBool() ? 0 : 1 + random.Next((int)Math.Min(int.MaxValue, last + 2));
            _streams.Add(new WatchedStream(history, replica, range, start));
        }
        else if (_streams.Count > 0)
        {
            int chosen = random.Next(_streams.Count);
            if (random.Chance(300))
            {
                _streams[chosen].Close();
                _streams.RemoveAt(chosen);
            }
            else
            {
                _streams[chosen].AskProgress();
            }
        }
    }

    /// <summary>Takes what the hub has handed over. A client that is slow leaves it there for now.</summary>
    public void Poll()
    {
        for (int i = 0; i < _streams.Count; i++)
        {
            if (world.ClientRandom.Chance(800) && !_streams[i].Poll())
            {
                _streams.RemoveAt(i--);
            }
        }
    }

    /// <summary>Takes everything, and says who still lacks something.</summary>
    public string? FindBehind()
    {
        for (int i = 0; i < _streams.Count; i++)
        {
            if (!_streams[i].Poll())
            {
                _streams.RemoveAt(i--);
            }
            else if (_streams[i].IsBehind)
            {
                return _streams[i].ToString();
            }
        }

        return null;
    }
}
