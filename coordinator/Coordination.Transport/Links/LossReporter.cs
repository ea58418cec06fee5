using Coordination.Raft;

namespace Coordination.Transport;

/// <summary>
/// Tells the receiver of losses, on a thread of the pool and not on that of whoever noticed one: that may be a replica's loop in the
/// middle of a step. Losses of a partition that come before the telling are told as one. Thread-safe.
/// </summary>
internal sealed class LossReporter(MemberId peer, IPeerReceiver receiver) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private HashSet<PartitionId> _lost = [];
    private bool _isScheduled;

    public void Add(PartitionId partition)
    {
        lock (_gate)
        {
            if (!_lost.Add(partition) || _isScheduled)
            {
                return;
            }

            _isScheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (Take() is { Count: > 0 } lost)
        {
            foreach (var partition in lost)
            {
                receiver.Lost(partition, peer);
            }
        }
    }

    private HashSet<PartitionId> Take()
    {
        lock (_gate)
        {
            var lost = _lost;
            _lost = [];
            _isScheduled = lost.Count > 0;
            return lost;
        }
    }
}
