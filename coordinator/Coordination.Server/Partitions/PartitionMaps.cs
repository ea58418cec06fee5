using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>The map as this node knows it, made anew when the cluster's metadata changed. From any thread.</summary>
internal sealed class PartitionMaps
{
    private readonly ClusterMetadata _metadata;
    private volatile PartitionMap _current;

    /// <param name="metadata">Where the map lies.</param>
    /// <param name="members">The members of the cluster, all of which have replicas of partition 0.</param>
    public PartitionMaps(ClusterMetadata metadata, IReadOnlyList<ulong> members)
    {
        _metadata = metadata;
        Members = members;
        _current = Make(metadata.Current);
    }

    /// <summary>The members of the cluster.</summary>
    public IReadOnlyList<ulong> Members { get; }

    /// <summary>What this node knows now.</summary>
    public PartitionMap Current
    {
        get
        {
            MetadataSnapshot metadata = _metadata.Current;
            PartitionMap known = _current;
            if (metadata.Version > known.Version)
            {
                known = Make(metadata);
                _current = known;
            }

            return known;
        }
    }

    /// <summary>Waits for a map that may say something else than <paramref name="known"/>.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The replica of partition 0 stopped.</exception>
    public async Task<PartitionMap> WaitForChangeAsync(PartitionMap known, CancellationToken cancellationToken)
    {
        await _metadata.WaitForChangeAsync(known.Version, cancellationToken);
        return Current;
    }

    /// <summary>The map as metadata have it.</summary>
    public PartitionMap Make(MetadataSnapshot metadata)
    {
        var first = new PartitionEntry { Id = 0, Prefix = [], Replicas = Members, Stage = PartitionStage.Serving };
        return PartitionMap.Of(
            metadata.Version, PartitionMapRows.Decode(metadata).Prepend(first), PartitionMapRows.DecodeNextId(metadata),
            PartitionMapRows.FindCounterVersion(metadata));
    }
}
