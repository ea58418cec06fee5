using Coordination.Protocol.Etcd;
using Coordination.StateMachine;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Creates, changes and drops partitions for clients: notes in the map what is wanted and waits until it is so. The steps in between are
/// done by the members that lead the partitions concerned (<see cref="PartitionMover"/>), whether or not anybody still waits. From any
/// thread.
/// </summary>
internal sealed class PartitionChanges(
    PartitionRegistry registry, PartitionMaps maps, PartitionStores stores, EtcdServiceOptions options, TimeProvider time)
{
    /// <summary>How many bytes a prefix may have.</summary>
    public const int PrefixBytesMax = 1024;

    private const int ReplicasMaxDefault = 3;

    /// <summary>Creates a partition; completes when it serves.</summary>
    /// <param name="prefix">What its keys begin with.</param>
    /// <param name="replicaCount">How many replicas it has; 0 for as many as is usual.</param>
    /// <exception cref="RpcException">It is refused, or takes longer than a request may.</exception>
    public async Task<PartitionEntry> CreateAsync(byte[] prefix, uint replicaCount)
    {
        long began = time.GetTimestamp();
        Check(prefix, replicaCount);
        PartitionMap basis;
        PartitionEntry added;
        do
        {
            basis = await registry.ReadAsync().ConfigureAwait(false);
            CheckRoomFor(prefix, basis);
            int replicas = replicaCount == 0 ? Math.Min(ReplicasMaxDefault, maps.Members.Count) : (int)replicaCount;
            added = new PartitionEntry
            {
                Id = basis.NextId,
                Prefix = prefix,
                Replicas = Placement.Choose(basis.All, maps.Members, replicas),
                Stage = PartitionStage.Creating,
            };
        }
        while (!await registry.TryAddAsync(basis, added).ConfigureAwait(false));

        var map = await AwaitAsync(
            map => map.Find(added.Id) is not { Stage: PartitionStage.Creating }, began, PartitionRefusals.StillCreating(added.Id))
            .ConfigureAwait(false);
        return map.Find(added.Id) ?? throw PartitionRefusals.DroppedMeanwhile(added.Id);
    }

    /// <summary>Drops a partition that is empty; completes when the partition around it has its prefix again.</summary>
    /// <exception cref="RpcException">It is refused, or takes longer than a request may.</exception>
    public async Task DropAsync(uint partition)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            var map = await registry.ReadAsync().ConfigureAwait(false);
            var entry = CheckDroppable(partition, map);
            if (entry.Stage == PartitionStage.Serving)
            {
                await CheckEmptyAsync(entry).ConfigureAwait(false);
                if (!await registry.TryReplaceAsync(map, entry with { Stage = PartitionStage.Dropping }).ConfigureAwait(false))
                {
                    continue;
                }
            }

            var later = await AwaitAsync(
                map => map.Find(partition) is not { Stage: PartitionStage.Dropping or PartitionStage.Retired },
                began, PartitionRefusals.StillDropping(partition)).ConfigureAwait(false);
            if (later.Find(partition) is not { } kept)
            {
                return;
            }

            // It has got a key before it ended. If that is gone as well by now, all may begin again.
            await CheckEmptyAsync(kept).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a member the replica that another one has; completes when the group has changed.</summary>
    /// <exception cref="RpcException">It is refused, or takes longer than a request may.</exception>
    public async Task<PartitionEntry> MoveReplicaAsync(uint partition, ulong from, ulong to)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            var map = await registry.ReadAsync().ConfigureAwait(false);
            var entry = CheckMovable(partition, from, to, map);
            if (await registry.TryReplaceAsync(map, entry.WithReplica(from, to)).ConfigureAwait(false))
            {
                break;
            }
        }

        var later = await AwaitAsync(
            map => map.Find(partition) is not { IsChanging: true }, began, PartitionRefusals.StillMoving(partition)).ConfigureAwait(false);
        return later.Find(partition) ?? throw PartitionRefusals.NotFound(partition);
    }

    private PartitionEntry CheckMovable(uint partition, ulong from, ulong to, PartitionMap map)
    {
        var entry = map.Find(partition) ?? throw PartitionRefusals.NotFound(partition);
        if (entry.Id == 0)
        {
            throw PartitionRefusals.IsEverywhere();
        }

        if (!maps.Members.Contains(to))
        {
            throw PartitionRefusals.NoMember(to);
        }

        if (entry.Stage != PartitionStage.Serving || entry.IsChanging)
        {
            throw PartitionRefusals.Changing(entry);
        }

        if (!entry.Replicas.Contains(from))
        {
            throw PartitionRefusals.HasNoReplica(entry, from);
        }

        if (entry.Replicas.Contains(to))
        {
            throw PartitionRefusals.HasReplica(entry, to);
        }

        return entry.HasLeft(to) ? throw PartitionRefusals.StillDeleting(entry, to) : entry;
    }

    private void Check(byte[] prefix, uint replicaCount)
    {
        if (prefix.Length == 0)
        {
            throw PartitionRefusals.EmptyPrefix();
        }

        if (prefix.Length > PrefixBytesMax)
        {
            throw PartitionRefusals.PrefixTooLong(PrefixBytesMax);
        }

        if (replicaCount > maps.Members.Count)
        {
            throw PartitionRefusals.TooFewMembers(replicaCount, maps.Members.Count);
        }
    }

    /// <summary>
    /// What is around and inside of a partition stays as it is while the partition comes or goes: so it is known throughout who gives keys
    /// to whom.
    /// </summary>
    private static void CheckRoomFor(byte[] prefix, PartitionMap map)
    {
        foreach (var other in map.All)
        {
            if (other.Prefix.AsSpan().SequenceEqual(prefix))
            {
                throw other.Stage is PartitionStage.Dropping or PartitionStage.Retired
                    ? PartitionRefusals.Changing(other)
                    : PartitionRefusals.Exists(other);
            }

            if (other.Stage != PartitionStage.Serving && (IsAround(other.Prefix, prefix) || IsAround(prefix, other.Prefix)))
            {
                throw PartitionRefusals.Changing(other);
            }
        }
    }

    private static PartitionEntry CheckDroppable(uint partition, PartitionMap map)
    {
        var entry = map.Find(partition) ?? throw PartitionRefusals.NotFound(partition);
        if (entry.Id == 0)
        {
            throw PartitionRefusals.IsDefault();
        }

        if (entry.Stage == PartitionStage.Creating || entry.IsChanging)
        {
            throw PartitionRefusals.Changing(entry);
        }

        foreach (var other in map.All)
        {
            if (IsAround(entry.Prefix, other.Prefix))
            {
                throw PartitionRefusals.IsAround(entry, other);
            }

            if (other.Stage != PartitionStage.Serving && IsAround(other.Prefix, entry.Prefix))
            {
                throw PartitionRefusals.Changing(other);
            }
        }

        return entry;
    }

    private static bool IsAround(byte[] outer, byte[] inner) => inner.Length > outer.Length && inner.AsSpan().StartsWith(outer);

    private async Task CheckEmptyAsync(PartitionEntry entry)
    {
        var range = KeyRange.OfPrefix(entry.Prefix);
        var found = await stores.For(entry).RangeAsync(new RangeRequest
        {
            Key = ByteString.CopyFrom(range.Start),
            RangeEnd = ByteString.CopyFrom(range.End ?? [0]),
            CountOnly = true,
        }).ConfigureAwait(false);
        if (found.Count > 0)
        {
            throw PartitionRefusals.NotEmpty(entry.Id, found.Count);
        }
    }

    private async Task<PartitionMap> AwaitAsync(Func<PartitionMap, bool> isDone, long began, RpcException tooLong)
    {
        TimeSpan left = options.RequestTimeout - time.GetElapsedTime(began);
        using var enough = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        var map = maps.Current;
        while (!isDone(map))
        {
            try
            {
                map = await maps.WaitForChangeAsync(map, enough.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw tooLong;
            }
            catch (InvalidOperationException)
            {
                // The replica's word for having stopped.
                throw EtcdErrors.Refuse(EtcdErrors.Stopped);
            }
        }

        return map;
    }
}
