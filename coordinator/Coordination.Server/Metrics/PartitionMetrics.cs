using System.Diagnostics.Metrics;
using System.Globalization;
using Coordination.Replication;

namespace Coordination.Server;

/// <summary>What is measured of each partition of which this member has a replica; what has etcd's names is partition 0's alone.</summary>
internal static class PartitionMetrics
{
    /// <summary>Begins to measure an open store.</summary>
    public static void Observe(Meter meter, PartitionHost store)
    {
        void Gauge(string name, string help, Func<PartitionReplica, long> read) => meter.CreateObservableGauge(
            name, () => store.Partitions.Select(replica => new Measurement<long>(read(replica), LabelOf(replica))), null, help);

        Gauge("coordination_partition_is_leader", "Whether this member leads the partition.", static replica => replica.IsLeader ? 1 : 0);
        Gauge(
            "coordination_partition_has_leader", "Whether a leader of the partition is known.",
            static replica => replica.GetStatus().Leader != 0 ? 1 : 0);
        Gauge("coordination_partition_revision", "The partition's current revision.", static replica => replica.View.Revision);
        Gauge("coordination_partition_keys", "Keys that exist in the partition.", static replica => replica.View.KeyCount);
        Gauge("coordination_partition_size_bytes", "Bytes that the partition's state takes here.", static replica => replica.SizeBytes);
        Gauge(
            "coordination_partition_applied_index", "The last entry of the partition's log that is applied here.",
            static replica => (long)replica.GetStatus().AppliedIndex);
    }

    private static KeyValuePair<string, object?> LabelOf(PartitionReplica replica) =>
        new("partition", replica.Partition.ToString(CultureInfo.InvariantCulture));
}
