using System.Diagnostics;
using Coordination.Protocol.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Coordination.Server.Tests;

/// <summary>What clients are told of the partitions and their replicas, whichever member they are connected to.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PartitionsTests
{
    /// <summary>How long a member may be taken for silent, on a machine that is busy with other things.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_member_tells_of_the_replicas_of_all()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        foreach (string name in cluster.Names)
        {
            Partition partition = await cluster.UntilAllAnswerAsync(name);

            Assert.Equal((0u, 0), (partition.Id, partition.Prefix.Length));
            Assert.Equal(
                cluster.Names.Select(member => (cluster[member].MemberId, member)).OrderBy(static member => member.MemberId),
                partition.Replicas.Select(static replica => (replica.MemberId, replica.MemberName)));
            Replica leader = Assert.Single(partition.Replicas, static replica => replica.Role == Role.Leader);
            Assert.All(partition.Replicas, replica =>
            {
                Assert.Equal((leader.MemberId, leader.Term), (replica.LeaderId, replica.Term));
                Assert.InRange(replica.AppliedIndex, 1ul, replica.CommittedIndex);
                Assert.Equal(replica == leader ? Role.Leader : Role.Follower, replica.Role);
            });
        }
    }

    [Fact]
    public async Task Leadership_is_moved_through_any_member()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        string[] names = [.. cluster.Names];
        for (int i = 0; i < names.Length; i++)
        {
            await cluster.UntilAllAnswerAsync(names[i]);
            ulong target = cluster[names[(i + 1) % names.Length]].MemberId;

            await new Partitions.PartitionsClient(cluster.Channel(names[i])).MoveLeaderAsync(
                new MoveLeaderRequest { MemberId = target }, cancellationToken: Token);

            Partition partition = await cluster.UntilAllAnswerAsync(names[i]);
            Assert.Equal(target, partition.Replicas.Single(static replica => replica.Role == Role.Leader).MemberId);
        }
    }

    [Fact]
    public async Task A_member_that_is_gone_is_named_soon_and_the_others_answer()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        string[] names = [.. cluster.Names];
        await cluster.UntilAllAnswerAsync(names[0]);
        ulong gone = cluster[names[2]].MemberId;
        await cluster.StopAsync(names[2]);

        var watch = Stopwatch.StartNew();
        ListPartitionsResponse list = await new Partitions.PartitionsClient(cluster.Channel(names[0])).ListPartitionsAsync(
            new ListPartitionsRequest(), cancellationToken: Token);

        Assert.True(watch.Elapsed < Patience, $"The answer took {watch.Elapsed}.");
        Replica silent = Assert.Single(list.Partitions.Single().Replicas, static replica => replica.Unreachable.Length > 0);
        Assert.Equal((gone, Role.Unspecified), (silent.MemberId, silent.Role));
        Assert.Contains($"{gone:x16}", silent.Unreachable, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_lead_is_refused_by_its_reason()
    {
        await using CoordinatorNode node = await CoordinatorNode.StartEmbeddedAsync(null, null, Token);
        using GrpcChannel channel = GrpcChannel.ForAddress(node.ClientUrl);
        var partitions = new Partitions.PartitionsClient(channel);

        await AssertRefusedAsync(StatusCode.NotFound, "coordination: there is no partition 7", new() { PartitionId = 7 });
        await AssertRefusedAsync(
            StatusCode.InvalidArgument, "coordination: there is no member 0000000000001267", new() { MemberId = 0x1267 });

        async Task AssertRefusedAsync(StatusCode code, string reason, MoveLeaderRequest request)
        {
            RpcException refusal = await Assert.ThrowsAsync<RpcException>(
                async () => await partitions.MoveLeaderAsync(request, cancellationToken: Token));
            Assert.Equal((code, reason), (refusal.StatusCode, refusal.Status.Detail));
        }
    }

    [Fact]
    public async Task A_single_member_answers_without_a_silo()
    {
        await using CoordinatorNode node = await CoordinatorNode.StartEmbeddedAsync(null, null, Token);
        using GrpcChannel channel = GrpcChannel.ForAddress(node.ClientUrl);
        var partitions = new Partitions.PartitionsClient(channel);

        await partitions.MoveLeaderAsync(new MoveLeaderRequest { MemberId = node.MemberId }, cancellationToken: Token);
        ListPartitionsResponse list = await partitions.ListPartitionsAsync(new ListPartitionsRequest(), cancellationToken: Token);

        Replica replica = Assert.Single(Assert.Single(list.Partitions).Replicas);
        Assert.Equal((node.MemberId, Role.Leader, ""), (replica.MemberId, replica.Role, replica.Unreachable));
        Assert.Null(node.Foundation.Silo.Host);
    }
}
