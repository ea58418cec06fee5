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
    /// <summary>How many entries a replica that has joined may have to apply yet when requests begin to go to it.</summary>
    private const ulong LagMax = 100;

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
    /// Not one that is to go, which its group may go on without at any moment, and not one that has joined and is still being fed.
    /// </summary>
    private PartitionReplica? FindReplica(PartitionEntry entry) =>
        host.Find(entry.Id) is { } replica
        && (!entry.HasChanged || (entry.Replicas.Contains(host.MemberId) && (IsUsed(replica) || HasCaughtUp(replica))))
            ? replica
            : null;

    /// <summary>Whether requests went to it before. If it has fallen behind since, it says so itself.</summary>
    private bool IsUsed(PartitionReplica replica) =>
        _local.TryGetValue(replica.Partition, out var known) && known.Replica == replica;

    private bool HasCaughtUp(PartitionReplica replica)
    {
        var status = replica.GetStatus();
        return replica.GetMembers().Voters.Contains(host.MemberId) && status.AppliedIndex + LagMax >= status.CommittedIndex;
    }

    private LocalPartition FindLocal(PartitionReplica replica)
    {
        // What is kept of a replica that went is small, and goes with the node or when the partition comes back.
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
