using Coordination.Protocol.V1;
using Coordination.Silo;
using Google.Protobuf;

namespace Coordination.Server;

/// <summary>Describes partitions to clients; their replicas are asked. From any thread.</summary>
internal sealed class PartitionPictures(ClusterMembers members, IMemberReplicas replicas)
{
    public async Task<Partition> DescribeAsync(PartitionEntry entry)
    {
        var partition = new Partition
        {
            Id = entry.Id,
            Prefix = ByteString.CopyFrom(entry.Prefix),
            Stage = StageOf(entry.Stage),
            PreferredLeaderId = entry.Id == 0 ? 0 : entry.Replicas[0],
        };
        partition.LeavingMemberIds.AddRange(entry.Leaving ?? []);
        var holders = entry.Replicas.Concat(partition.LeavingMemberIds).Order();
        partition.Replicas.AddRange(
            await Task.WhenAll(holders.Select(member => DescribeAsync(entry.Id, member))).ConfigureAwait(false));
        return partition;
    }

    private static Stage StageOf(PartitionStage stage) => stage switch
    {
        PartitionStage.Creating => Stage.Creating,
        PartitionStage.Serving => Stage.Serving,
        PartitionStage.Dropping => Stage.Dropping,
        PartitionStage.Retired => Stage.Retired,
        _ => Stage.Unspecified,
    };

    private static Role RoleOf(ReplicaReport report, ulong member) => report switch
    {
        _ when report.Leader == member => Role.Leader,
        { IsLearner: true } => Role.Learner,
        _ => Role.Follower,
    };

    private async Task<Replica> DescribeAsync(uint partition, ulong member)
    {
        string name = members.All.FirstOrDefault(known => known.Id == member)?.Name ?? string.Empty;
        var replica = new Replica { MemberId = member, MemberName = name };
        try
        {
            var report = await replicas.GetReportAsync(new ReplicaAddress(partition, member)).ConfigureAwait(false);
            replica.Role = RoleOf(report, member);
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
