namespace Coordination.Replication;

/// <summary>A replica with everything that it stands on.</summary>
/// <param name="Storage">Its store, and its part of the log.</param>
/// <param name="Loop">Its owner.</param>
/// <param name="Replica">What the rest of the node sees of it.</param>
internal sealed record HostedPartition(ReplicaStorage Storage, ReplicaLoop Loop, PartitionReplica Replica)
{
    /// <summary>Whether the replica is being dropped: what fails from then on concerns nobody.</summary>
    public bool IsDropped { get; set; }

    /// <summary>Closes the store of a replica that has stopped; what it holds is durable if <paramref name="flush"/>.</summary>
    public void Close(bool flush)
    {
        using (Storage)
        {
            if (flush)
            {
                Storage.Store.Flush();
            }
        }
    }
}
