using Coordination.Replication;
using Coordination.StateMachine;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// The steps by which an empty partition goes: its leader ends it, and the leader of the partition around it takes the prefix back. Each
/// step may be repeated. From any thread.
/// </summary>
internal sealed class PartitionRemoval(PartitionHost host, PartitionRegistry registry, PartitionMaps maps)
{
    /// <summary>Ends a partition that this member leads, or keeps it when it is not empty.</summary>
    /// <exception cref="RpcException">Somebody did not answer; to be repeated.</exception>
    public async Task RetireAsync(uint partition)
    {
        var map = await registry.ReadAsync().ConfigureAwait(false);
        if (host.Find(partition) is not { } replica || map.Find(partition) is not { } entry || !IsToRetire(entry, replica))
        {
            return;
        }

        var outcome = await ProposeAsync(replica, new RetireCommand()).ConfigureAwait(false);
        if (outcome.Result.Result is RetireResult retired)
        {
            // Whatever the map says by now: it answers nobody any more.
            await registry.ReplaceAsync(
                partition,
                current => current.IsRouted
                    ? current with { Stage = PartitionStage.Retired, Revision = retired.Revision }
                    : null).ConfigureAwait(false);
        }
        else if (outcome.Result.Error == ApplyError.NotEmpty && replica.View.KeyCount > 0)
        {
            await registry.TryReplaceAsync(map, entry with { Stage = PartitionStage.Serving }).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the prefix of a retired partition back, if this member leads the one around it.</summary>
    /// <exception cref="RpcException">Somebody did not answer; to be repeated.</exception>
    public async Task AdoptAsync(uint partition)
    {
        var map = await registry.ReadAsync().ConfigureAwait(false);
        if (map.Find(partition) is not { Stage: PartitionStage.Retired } entry
            || host.Find(map.ParentOf(entry.Prefix).Id) is not { } parent)
        {
            return;
        }

        // It had nothing inside it: what is around another partition is not dropped.
        var outcome = await ProposeAsync(parent, new AdoptPrefixCommand(entry.Prefix, partition, entry.Revision + 1, [])).ConfigureAwait(false);
        if (outcome.Result.Error == ApplyError.None)
        {
            await registry.RemoveAsync(partition).ConfigureAwait(false);
        }
    }

    /// <summary>Whether there is something to do for <see cref="RetireAsync"/> as far as this member knows.</summary>
    public bool IsToRetire(PartitionEntry entry) => host.Find(entry.Id) is { IsLeader: true } replica && IsToRetire(entry, replica);

    /// <summary>Whether this member leads the partition around another one.</summary>
    public bool LeadsAround(PartitionEntry entry) => host.Find(maps.Current.ParentOf(entry.Prefix).Id) is { IsLeader: true };

    /// <summary>
    /// One that has retired although the map kept it, because its leader looked at an old map, goes as well: it was empty.
    /// </summary>
    private static bool IsToRetire(PartitionEntry entry, PartitionReplica replica) =>
        entry.Stage == PartitionStage.Dropping
        || (entry.Stage == PartitionStage.Serving && replica.View.Ownership.Phase == PartitionPhase.Retired);

    private static async Task<ProposalOutcome> ProposeAsync(PartitionReplica replica, Command command)
    {
        var outcome = await replica.ProposeAsync(command).ConfigureAwait(false);
        return outcome.End == ProposalEnd.Applied ? outcome : throw EtcdErrors.Refuse(EtcdErrors.Of(outcome.End));
    }
}
