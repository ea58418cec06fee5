using Coordination.Protocol.V1;
using Coordination.Replication;
using Coordination.Silo;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// What the cluster is made of: its partitions, and their replicas on all members, each asked by way of its grain. From any thread.
/// </summary>
internal sealed class PartitionsService(PartitionHost store, ClusterMembers members, MemberReplicas replicas)
{
    public async ValueTask<ListPartitionsResponse> ListPartitionsAsync(ListPartitionsRequest request)
    {
        var response = new ListPartitionsResponse();
        response.Partitions.AddRange(await Task.WhenAll(store.Partitions.Select(DescribeAsync)).ConfigureAwait(false));
        return response;
    }

    public async ValueTask<MoveLeaderResponse> MoveLeaderAsync(MoveLeaderRequest request)
    {
        uint partition = request.PartitionId;
        PartitionReplica replica = store.Partitions.FirstOrDefault(replica => replica.Partition == partition)
            ?? throw Refuse(StatusCode.NotFound, $"there is no partition {partition}");
        string member = $"member {ReplicaAddress.NameOf(request.MemberId)}";
        if (!members.All.Any(known => known.Id == request.MemberId))
        {
            throw Refuse(StatusCode.InvalidArgument, $"there is no {member}");
        }

        ulong leader = replica.GetStatus().Leader;
        if (leader == 0)
        {
            throw Refuse(StatusCode.Unavailable, $"partition {partition} has no leader at the moment");
        }

        LeadershipMove move = leader == request.MemberId
            ? LeadershipMove.Done
            : await MoveAsync(new ReplicaAddress(partition, leader), request.MemberId).ConfigureAwait(false);
        return move switch
        {
            LeadershipMove.Done => new MoveLeaderResponse(),
            LeadershipMove.NotLeader => throw Refuse(StatusCode.Unavailable, $"the leader of partition {partition} has just changed"),
            LeadershipMove.InvalidTarget =>
                throw Refuse(StatusCode.FailedPrecondition, $"{member} has no vote in partition {partition}"),
            _ => throw Refuse(StatusCode.Unavailable, $"{member} did not come to lead partition {partition} in time"),
        };
    }

    private static Role RoleOf(ReplicaReport report, ulong member) => report switch
    {
        _ when report.Leader == member => Role.Leader,
        { IsLearner: true } => Role.Learner,
        _ => Role.Follower,
    };

    private static RpcException Refuse(StatusCode code, string reason) => new(new Status(code, $"coordination: {reason}"));

    private async Task<LeadershipMove> MoveAsync(ReplicaAddress leader, ulong target)
    {
        try
        {
            return await replicas.TransferLeadershipAsync(leader, target).ConfigureAwait(false);
        }
        catch (MemberUnreachableException exception)
        {
            throw Refuse(StatusCode.Unavailable, $"the leader of partition {leader.Partition} cannot be asked: {exception.Message}");
        }
    }

    private async Task<Partition> DescribeAsync(PartitionReplica replica)
    {
        // The first partition has all keys that no other one has; so far there is no other.
        var partition = new Partition { Id = replica.Partition };
        partition.Replicas.AddRange(
            await Task.WhenAll(members.All.Select(member => DescribeAsync(replica.Partition, member))).ConfigureAwait(false));
        return partition;
    }

    private async Task<Replica> DescribeAsync(uint partition, ClusterMember member)
    {
        var replica = new Replica { MemberId = member.Id, MemberName = member.Name };
        try
        {
            ReplicaReport report = await replicas.GetReportAsync(new ReplicaAddress(partition, member.Id)).ConfigureAwait(false);
            replica.Role = RoleOf(report, member.Id);
            replica.LeaderId = report.Leader;
            replica.Term = report.Term;
            replica.CommittedIndex = report.CommittedIndex;
            replica.AppliedIndex = report.AppliedIndex;
        }
        catch (MemberUnreachableException exception)
        {
            replica.Unreachable = exception.Message;
        }

        return replica;
    }
}
