using System.Collections.Concurrent;
using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// The partitions, each by way of this member's replica if it has one, and otherwise of the members that have. From any thread.
/// </summary>
internal sealed class PartitionStores(
    PartitionHost host, PartitionMaps maps, PeerReplicas network, NodeIdentity identity, EtcdServiceOptions options, TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<uint, (PartitionReplica Replica, LocalPartition Store)> _local = new();

    /// <summary>Partition 0, of which every member has a replica.</summary>
    public IPartitionStore Default => FindLocal(host.Default);

    /// <summary>The partition of an entry of the map.</summary>
    public IPartitionStore For(PartitionEntry entry) => FindReplica(entry) is { } replica ? FindLocal(replica) : RemoteOf(entry);

    /// <summary>The partition by way of the replica here, or null when there is none.</summary>
    public IPartitionStore? FindLocal(uint partition) => FindReplica(partition) is { } replica ? FindLocal(replica) : null;

    /// <summary>The replica of a partition here that requests may go to, or null.</summary>
    public PartitionReplica? FindReplica(uint partition) =>
        maps.Current.Find(partition) is { } entry ? FindReplica(entry) : host.Find(partition);

    /// <summary>
    /// Not one that is to go, which its group may go on without at any moment, and not one that has not been fed yet.
    /// </summary>
    private PartitionReplica? FindReplica(PartitionEntry entry) =>
        host.Find(entry.Id) is { } replica
        && (!entry.HasChanged || (entry.Replicas.Contains(host.MemberId) && replica.GetMembers().Voters.Count > 0))
            ? replica
            : null;

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
