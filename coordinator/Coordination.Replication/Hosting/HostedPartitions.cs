using System.Collections.Frozen;
using Coordination.Raft;

namespace Coordination.Replication;

/// <summary>
/// The replicas of a host at one moment. Never changes, so any thread may look; the host puts the next one in its place.
/// </summary>
internal sealed class HostedPartitions
{
    private readonly FrozenDictionary<uint, HostedPartition> _byPartition;

    private HostedPartitions(IEnumerable<HostedPartition> hosted)
    {
        All = [.. hosted.OrderBy(static each => each.Loop.Partition)];
        Replicas = [.. All.Select(static each => each.Replica)];
        _byPartition = All.ToFrozenDictionary(static each => each.Loop.Partition.Value);
    }

    /// <summary>A host without replicas.</summary>
    public static HostedPartitions None { get; } = new([]);

    /// <summary>All of them, by partition.</summary>
    public IReadOnlyList<HostedPartition> All { get; }

    /// <summary>What the rest of the node sees of them.</summary>
    public IReadOnlyList<PartitionReplica> Replicas { get; }

    /// <summary>The replica of a partition, if there is one.</summary>
    public HostedPartition? Find(PartitionId partition) => _byPartition.GetValueOrDefault(partition.Value);

    public HostedPartitions With(HostedPartition added) => new([.. All, added]);

    public HostedPartitions Without(HostedPartition removed) => new(All.Where(each => each != removed));
}
