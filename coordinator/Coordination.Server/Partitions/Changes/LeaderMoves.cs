using Coordination.Silo;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Lets members lead partitions because somebody asked for it. The map notes the wish, so that <see cref="LeaderBalance"/> does not move
/// the partition back. From any thread.
/// </summary>
internal sealed class LeaderMoves(PartitionRegistry registry, PartitionMaps maps, IMemberReplicas replicas)
{
    /// <summary>Completes when the member leads.</summary>
    /// <exception cref="RpcException">It does not; says why.</exception>
    public async Task MoveAsync(uint partition, ulong member)
    {
        var entry = maps.Current.Find(partition) ?? throw PartitionRefusals.NotFound(partition);
        string name = $"member {PartitionRefusals.NameOf(member)}";
        if (!maps.Members.Contains(member))
        {
            throw PartitionRefusals.Refuse(StatusCode.InvalidArgument, $"there is no {name}");
        }

        if (!entry.Replicas.Contains(member))
        {
            throw NoVote(name, partition);
        }

        if (partition != 0 && entry.Replicas[0] != member)
        {
            await registry.ReplaceAsync(partition, current => WithFirst(current, member)).ConfigureAwait(false);
        }

        ulong leader = await FindLeaderAsync(entry).ConfigureAwait(false);
        var end = leader == member
            ? LeadershipMove.Done
            : await TransferAsync(partition, leader, member).ConfigureAwait(false);
        if (end != LeadershipMove.Done)
        {
            throw end switch
            {
                LeadershipMove.NotLeader =>
                    PartitionRefusals.Refuse(StatusCode.Unavailable, $"the leader of partition {partition} has just changed"),
                LeadershipMove.InvalidTarget => NoVote(name, partition),
                _ => PartitionRefusals.Refuse(StatusCode.Unavailable, $"{name} did not come to lead partition {partition} in time"),
            };
        }
    }

    private static RpcException NoVote(string name, uint partition) =>
        PartitionRefusals.Refuse(StatusCode.FailedPrecondition, $"{name} has no vote in partition {partition}");

    private static PartitionEntry? WithFirst(PartitionEntry entry, ulong member) => entry.Replicas.Contains(member)
        ? entry with { Replicas = [member, .. entry.Replicas.Where(other => other != member)] }
        : null;

    /// <summary>Asks the replicas one after the other: most know who leads.</summary>
    private async Task<ulong> FindLeaderAsync(PartitionEntry entry)
    {
        foreach (ulong member in entry.Replicas)
        {
            try
            {
                if (await replicas.GetReportAsync(new ReplicaAddress(entry.Id, member)).ConfigureAwait(false) is { Leader: not 0 } report)
                {
                    return report.Leader;
                }
            }
            catch (MemberUnreachableException)
            {
                // Another one may know.
            }
        }

        throw PartitionRefusals.Refuse(StatusCode.Unavailable, $"partition {entry.Id} has no leader at the moment");
    }

    private async Task<LeadershipMove> TransferAsync(uint partition, ulong leader, ulong target)
    {
        try
        {
            return await replicas.TransferLeadershipAsync(new ReplicaAddress(partition, leader), target).ConfigureAwait(false);
        }
        catch (MemberUnreachableException exception)
        {
            throw PartitionRefusals.Refuse(
                StatusCode.Unavailable, $"the leader of partition {partition} cannot be asked: {exception.Message}");
        }
    }
}
