using Coordination.Replication;
using Coordination.StateMachine;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Reads and changes the map in the cluster's metadata. Every change writes the counting row at the version at which its maker saw it: so
/// changes come one after another, each made by somebody who knew all before it. From any thread.
/// </summary>
internal sealed class PartitionRegistry(ClusterMetadata metadata, PartitionMaps maps)
{
    /// <summary>The map with every change that anybody was told of before the call.</summary>
    /// <exception cref="RpcException">It could not be read.</exception>
    public async Task<PartitionMap> ReadAsync()
    {
        var read = await metadata.ReadAsync().ConfigureAwait(false);
        return read.IsConfirmed ? maps.Make(read.Snapshot) : throw EtcdErrors.Refuse(EtcdErrors.Of(read.End));
    }

    /// <summary>Adds a partition, whose number is the next one of the map; false when the map has changed since.</summary>
    /// <exception cref="RpcException">It was not written, or that is unknown.</exception>
    public Task<bool> TryAddAsync(PartitionMap basis, PartitionEntry added) =>
        TryWriteAsync(basis, basis.NextId + 1, PartitionMapRows.KeyOf(added.Id), PartitionMapRows.Encode(added));

    /// <summary>
    /// Replaces a partition's entry as soon as nobody else changes the map. Does nothing, and gives false, once the entry is gone or
    /// <paramref name="next"/> has nothing to put in its place.
    /// </summary>
    /// <exception cref="RpcException">It was not written, or that is unknown.</exception>
    public async Task<bool> ReplaceAsync(uint partition, Func<PartitionEntry, PartitionEntry?> next)
    {
        while (true)
        {
            var map = await ReadAsync().ConfigureAwait(false);
            if (map.Find(partition) is not { } entry || next(entry) is not { } replacement)
            {
                return false;
            }

            if (await TryReplaceAsync(map, replacement).ConfigureAwait(false))
            {
                return true;
            }
        }
    }

    /// <summary>Replaces a partition's entry; false when the map has changed since.</summary>
    /// <exception cref="RpcException">It was not written, or that is unknown.</exception>
    public Task<bool> TryReplaceAsync(PartitionMap basis, PartitionEntry replacement) =>
        TryWriteAsync(basis, basis.NextId, PartitionMapRows.KeyOf(replacement.Id), PartitionMapRows.Encode(replacement));

    /// <summary>Removes a partition that has retired and whose keys' prefix was taken back.</summary>
    /// <exception cref="RpcException">It was not written, or that is unknown.</exception>
    public async Task RemoveAsync(uint partition)
    {
        PartitionMap map;
        do
        {
            map = await ReadAsync().ConfigureAwait(false);
        }
        while (map.Find(partition) is { Stage: PartitionStage.Retired }
            && !await TryWriteAsync(map, map.NextId, PartitionMapRows.KeyOf(partition), null).ConfigureAwait(false));
    }

    private async Task<bool> TryWriteAsync(PartitionMap basis, uint nextId, string key, ReadOnlyMemory<byte>? row)
    {
        var condition = basis.CounterVersion == 0 ? MetadataCondition.Absent : MetadataCondition.AtVersion(basis.CounterVersion);
        var outcome = await metadata.TryWriteAsync(
        [
            new MetadataWrite(PartitionMapRows.NextId, condition, PartitionMapRows.EncodeNextId(nextId)),
            new MetadataWrite(key, MetadataCondition.None, row),
        ]).ConfigureAwait(false);
        return outcome.End switch
        {
            MetadataWriteEnd.Written => true,
            MetadataWriteEnd.ConditionFailed => false,
            MetadataWriteEnd.NotTaken => throw EtcdErrors.Refuse(EtcdErrors.LeaderChanged),
            MetadataWriteEnd.Refused => throw EtcdErrors.Refuse(EtcdErrors.Corrupt),
            _ => throw EtcdErrors.Refuse(EtcdErrors.TimedOut),
        };
    }
}
