using System.Collections.Concurrent;
using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// The partitions, each by way of this member's replica if it has one, and otherwise of the members that have. From any thread.
/// </summary>
internal sealed class PartitionStores(
    PartitionHost host, PeerReplicas network, NodeIdentity identity, EtcdServiceOptions options, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<uint, (PartitionReplica Replica, LocalPartition Store)> _local = new();

    /// <summary>Partition 0, of which every member has a replica.</summary>
    public IPartitionStore Default => FindLocal(host.Default);

    /// <summary>The partition of an entry of the map.</summary>
    public IPartitionStore For(PartitionEntry entry) => FindLocal(entry.Id) ?? RemoteOf(entry);

    /// <summary>The partition by way of the replica here, or null when there is none.</summary>
    public IPartitionStore? FindLocal(uint partition) => host.Find(partition) is { } replica ? FindLocal(replica) : null;

    private LocalPartition FindLocal(PartitionReplica replica)
    {
        // A partition that was dropped never comes back; what is kept of it is small, and goes with the node.
        if (_local.TryGetValue(replica.Partition, out var known) && known.Replica == replica)
        {
            return known.Store;
        }

        var partition = new EtcdPartition(replica, identity);
        var quota = new SpaceQuota(options.QuotaBytes, () => replica.SizeBytes, time);
        var store = new LocalPartition(partition, new SpaceGuard(partition, quota, loggers.CreateLogger<SpaceGuard>()), options);
        return _local.AddOrUpdate(
            replica.Partition, (replica, store), (_, old) => old.Replica == replica ? old : (replica, store)).Store;
    }

    private RemotePartition RemoteOf(PartitionEntry entry) => new(entry, network, options, time);
}
