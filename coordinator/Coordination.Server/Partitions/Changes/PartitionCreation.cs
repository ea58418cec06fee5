using System.Collections.Concurrent;
using Coordination.Replication;
using Coordination.StateMachine;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// The steps by which a new partition gets its keys, done by the member that leads the partition around it. Each step may be repeated, by
/// this or another member, from wherever the last one stopped: what is done already changes nothing. From any thread.
/// </summary>
internal sealed class PartitionCreation(PartitionHost host, PartitionRegistry registry, PartitionMaps maps, PartitionStores stores)
{
    private const int ChunkKeysMax = 1000;
    private const long ChunkBytesMax = 512 * 1024;
    private const int LeasesAtOnce = 128;

    /// <summary>Does what is left to do until a partition serves.</summary>
    /// <exception cref="RpcException">Somebody did not answer; to be repeated.</exception>
    public async Task RunAsync(uint partition)
    {
        if (maps.Current.Find(partition) is not { } known || host.Find(maps.Current.ParentOf(known.Prefix).Id) is not { } parent)
        {
            return;
        }

        // Read before the map: if the partition has come and gone since, its parent has taken back more than that, and refuses.
        long adoptions = parent.View.Ownership.Adoptions;
        var map = await registry.ReadAsync().ConfigureAwait(false);
        if (map.Find(partition) is not { Stage: PartitionStage.Creating } entry || map.ParentOf(entry.Prefix).Id != parent.Partition)
        {
            return;
        }

        if (entry.Replicas.Contains(host.MemberId) && host.Find(partition) is null)
        {
            // Soon: the keeper begins it now.
            return;
        }

        // Nothing is given away before there is somebody to take it.
        var target = stores.For(entry);
        await target.ReadProgressAsync().ConfigureAwait(false);
        if (await DelegateAsync(parent, entry, adoptions).ConfigureAwait(false) is not { } given)
        {
            return;
        }

        if (!await CopyAsync(parent, entry, target).ConfigureAwait(false))
        {
            return;
        }

        // At their home, the leases of keys that were there are attached by the delegation itself.
        var ended = parent.Partition == 0 ? [] : await AttachLeasesAsync(parent, entry).ConfigureAwait(false);

        // One later than the keys left: the parent deleted them at that revision, and who watches from it on must be told to begin anew.
        await ApplyAsync(target, new ServeCommand(given.Revision + 1, given.Inner)).ConfigureAwait(false);

        // Before clients come, who might bring later leases with the same ids. No token: nobody was allowed a shadow here yet.
        await InTurnsAsync(ended, lease => ApplyAsync(target, new LeaseEndCommand(lease, 0, 0))).ConfigureAwait(false);
        await registry.ReplaceAsync(
            partition, static entry => entry.Stage == PartitionStage.Creating ? entry with { Stage = PartitionStage.Serving } : null)
            .ConfigureAwait(false);
    }

    /// <summary>The history of keys need not be kept any longer for partitions that serve by now.</summary>
    /// <exception cref="RpcException">To be repeated.</exception>
    public async Task FinishAsync(PartitionReplica giver)
    {
        var map = maps.Current;
        foreach (var copy in giver.View.Ownership.Copies)
        {
            if (map.Find(copy.Partition) is { IsRouted: true })
            {
                await ProposeAsync(giver, new DelegationFinishedCommand(copy.Prefix, copy.Partition)).ConfigureAwait(false);
            }
        }
    }

    private static async Task<DelegateResult?> DelegateAsync(PartitionReplica parent, PartitionEntry entry, long adoptions)
    {
        var outcome = await ProposeAsync(parent, new DelegatePrefixCommand(entry.Prefix, entry.Id, adoptions)).ConfigureAwait(false);

        // Refused only to one whose picture is old: the next look will show another one.
        return outcome.Result.Result as DelegateResult;
    }

    /// <summary>Copies what the target does not have; false when the copy is finished already, or not wanted.</summary>
    /// <remarks>
    /// The target is asked anew before every chunk: somebody else may be at it too, and with chunks of another size.
    /// </remarks>
    private static async Task<bool> CopyAsync(PartitionReplica parent, PartitionEntry entry, IPartitionStore target)
    {
        while (true)
        {
            var progress = await target.ReadProgressAsync().ConfigureAwait(false);
            if (progress.Phase != PartitionPhase.Receiving)
            {
                return progress.Phase == PartitionPhase.Serving;
            }

            switch (parent.View.ReadDelegated(entry.Prefix, progress.LastKey, ChunkKeysMax, ChunkBytesMax))
            {
                case null:
                    return false;
                case []:
                    return true;
                case var keys:
                    var outcome = await target.ApplyAsync(new ReceiveCommand(progress.Chunk, keys)).ConfigureAwait(false);
                    ThrowUnless(outcome.Error is ApplyError.None or ApplyError.WrongPartition, outcome.Error);
                    break;
            }
        }
    }

    /// <summary>
    /// Makes the new partition known at home to all leases of its keys, so that it is told when they end; returns those that have ended.
    /// </summary>
    private async Task<IReadOnlyCollection<long>> AttachLeasesAsync(PartitionReplica parent, PartitionEntry entry)
    {
        var leases = new HashSet<long>();
        byte[] last = [];
        while (parent.View.ReadDelegated(entry.Prefix, last, ChunkKeysMax, ChunkBytesMax) is { Count: > 0 } keys)
        {
            leases.UnionWith(keys.Select(static key => key.Lease));
            last = keys[^1].Key.ToArray();
        }

        leases.Remove(0);
        var ended = new ConcurrentBag<long>();
        await InTurnsAsync(leases, async lease =>
        {
            var outcome = await stores.Default.ApplyAsync(new LeaseAttachCommand(lease, entry.Id)).ConfigureAwait(false);
            ThrowUnless(outcome.Error is ApplyError.None or ApplyError.LeaseNotFound, outcome.Error);
            if (outcome.Error == ApplyError.LeaseNotFound)
            {
                ended.Add(lease);
            }
        }).ConfigureAwait(false);
        return ended;
    }

    private static async Task InTurnsAsync(IReadOnlyCollection<long> leases, Func<long, Task> act)
    {
        foreach (long[] some in leases.Chunk(LeasesAtOnce))
        {
            await Task.WhenAll(some.Select(act)).ConfigureAwait(false);
        }
    }

    private static async Task ApplyAsync(IPartitionStore target, Command command)
    {
        var outcome = await target.ApplyAsync(command).ConfigureAwait(false);
        ThrowUnless(outcome.Error == ApplyError.None, outcome.Error);
    }

    private static async Task<ProposalOutcome> ProposeAsync(PartitionReplica replica, Command command)
    {
        var outcome = await replica.ProposeAsync(command).ConfigureAwait(false);
        return outcome.End == ProposalEnd.Applied ? outcome : throw EtcdErrors.Refuse(EtcdErrors.Of(outcome.End));
    }

    private static void ThrowUnless(bool isFine, ApplyError error)
    {
        if (!isFine)
        {
            throw PartitionRefusals.Refuse(StatusCode.Unavailable, $"a step of a move was refused ({error})");
        }
    }
}
