using Coordination.Replication;

namespace Coordination.Server;

/// <summary>What is asked of the replicas of this member, whoever asks. From any thread.</summary>
internal sealed class LocalReplicas(PartitionHost host)
{
    /// <summary>How a replica is doing; null when there is none here.</summary>
    public ReplicaPicture? FindReport(uint partition)
    {
        if (host.Find(partition)?.GetStatus() is not { } status)
        {
            return null;
        }

        return new ReplicaPicture(status.Term, status.Leader, status.CommittedIndex, status.AppliedIndex, status.IsLearner);
    }

    /// <summary>Lets another member lead, if the replica here leads.</summary>
    public async Task<LeadershipTransferEnd> TransferLeadershipAsync(uint partition, ulong target)
    {
        try
        {
            return host.Find(partition) is { } replica
                ? await replica.TransferLeadershipAsync(target).ConfigureAwait(false)
                : LeadershipTransferEnd.NotLeader;
        }
        catch (InvalidOperationException)
        {
            // The replica's word for having stopped.
            return LeadershipTransferEnd.NotLeader;
        }
    }
}
