using Coordination.Raft;

namespace Coordination.Replication;

/// <summary>How the handing over of leadership ended.</summary>
public enum LeadershipTransferEnd
{
    /// <summary>The member that was named leads.</summary>
    Done,

    /// <summary>This replica does not lead; nothing happened.</summary>
    NotLeader,

    /// <summary>The member that was named has no vote; nothing happened.</summary>
    InvalidTarget,

    /// <summary>It did not come to lead within two election timeouts. Whoever leads, proposals are taken again.</summary>
    TimedOut,
}

/// <summary>Hands leadership of a partition over (Raft thesis, 3.10). Any thread.</summary>
internal sealed class LeadershipTransfer(ReplicaLoop loop, PartitionReplicaOptions options, TimeProvider time)
{
    public async Task<LeadershipTransferEnd> ToAsync(ulong target)
    {
        var status = await loop.QueryCoreAsync(node => node.TransferLeadership(new ReplicaId(target))).ConfigureAwait(false);
        switch (status)
        {
            case ProposalStatus.NotLeader:
                return LeadershipTransferEnd.NotLeader;
            case ProposalStatus.InvalidTransferTarget:
                return LeadershipTransferEnd.InvalidTarget;
            default:
                break;
        }

        long began = time.GetTimestamp();
        while (loop.Published.Leader != target)
        {
            if (loop.IsStopped || time.GetElapsedTime(began) > 2 * options.ElectionTimeoutTicks * options.TickInterval)
            {
                return LeadershipTransferEnd.TimedOut;
            }

            await Task.Delay(options.TickInterval / 4, time).ConfigureAwait(false);
        }

        return LeadershipTransferEnd.Done;
    }

    /// <summary>Lets whoever is furthest lead, if this replica leads and there is somebody.</summary>
    public async Task ToAnyoneAsync()
    {
        var best = await loop.QueryCoreAsync(static node => node.GetStatus().Peers
            .Where(static peer => peer.IsRecentlyActive && !peer.IsLearner)
            .OrderByDescending(static peer => peer.Match)
            .Select(static peer => peer.Id.Value)
            .FirstOrDefault()).ConfigureAwait(false);
        if (best != 0)
        {
            await ToAsync(best).ConfigureAwait(false);
        }
    }
}
