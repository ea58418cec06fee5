using Coordination.Raft;
using Coordination.Storage;

namespace Coordination.Simulation;

/// <summary>What a replica of the product sees of its machine's log.</summary>
internal sealed class HostedCommitter(HostedReplica replica, NodeLog log, SimulatedScheduler scheduler) : ICommitter
{
    /// <inheritdoc/>
    public void Submit(PartitionId partition, PersistRequest request, ICommitCallback callback) => log.Append(replica, request);

    /// <inheritdoc/>
    public void Compact(PartitionId partition, SnapshotMetadata snapshot)
    {
        log.Compact(replica, snapshot);
        replica.Record.Log.DropThrough(snapshot.Index);
    }

    /// <inheritdoc/>
    public void Purge(Action<PurgeResult>? purged = null) => scheduler.After(1, log.Purge);
}
