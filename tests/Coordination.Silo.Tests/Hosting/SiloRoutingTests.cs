using System.Diagnostics;

namespace Coordination.Silo.Tests;

[Collection(SiloCollection.Name)]
public sealed class SiloRoutingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_reach_the_member_that_the_key_names_from_everywhere()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);
        foreach (TestNode from in cluster.Nodes)
        {
            foreach (TestNode to in cluster.Nodes)
            {
                EncodedBytes answer = await from.AskAsync(to.Id, Token, size: 70_000);

                Assert.Equal(to.Id, FakeHosting.MemberOf(answer));
                Assert.Equal(FakeHosting.HeaderSize + 70_000, answer.Memory.Length);
            }
        }

        // One grain a replica, however many nodes ask for it.
        Assert.All(cluster.Nodes, node => Assert.Equal(1, node.Hosting.Attachments));
    }

    [Fact]
    public async Task Nodes_that_start_at_the_same_time_find_each_other()
    {
        await using TestCluster cluster = await TestCluster.StartTogetherAsync(Token);

        Assert.All(cluster.Nodes, node => Assert.Equal(1, node.Silo.StartedCount));
    }

    [Fact]
    public async Task Everything_of_a_replica_can_be_asked_of_another_node()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);
        TestNode from = cluster.Nodes[0];
        IPartitionReplicaGrain replica = from.Silo.GetReplica(new ReplicaAddress(7, 2));

        PartitionNotHostedException refusal = await Assert.ThrowsAsync<PartitionNotHostedException>(() => replica.GetReportAsync(Token));
        Assert.Equal("Member 0000000000000002 runs no replica of partition 7.", refusal.Message);
        await replica.StartAsync(new EncodedBytes("any"u8.ToArray()), Token);
        Assert.Equal(LeadershipMove.Done, await replica.TransferLeadershipAsync(3, Token));
        Assert.Equal(new ReplicaReport(3, 3, 10, 12, IsLearner: false), await replica.GetReportAsync(Token));
        await replica.StopAsync(Token);
        await Assert.ThrowsAsync<PartitionNotHostedException>(() => replica.GetReportAsync(Token));
        Assert.Equal(1, cluster.Nodes[1].Hosting.Stops);
    }

    [Fact]
    public async Task A_replica_answers_while_other_calls_to_it_wait()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);
        var gate = new TaskCompletionSource();
        cluster.Nodes[1].Hosting.Gate = gate.Task;
        Task<EncodedBytes>[] waiting = [.. Enumerable.Range(0, 20).Select(_ => cluster.Nodes[0].AskAsync(2, Token))];

        ReplicaReport report = await cluster.Nodes[0].Silo.GetReplica(new ReplicaAddress(0, 2)).GetReportAsync(Token);

        Assert.Equal(3ul, report.Term);
        Assert.All(waiting, call => Assert.False(call.IsCompleted));
        gate.SetResult();
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task A_caller_that_does_not_wait_any_more_is_free_at_once()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);
        cluster.Nodes[1].Hosting.Gate = new TaskCompletionSource().Task;
        using var cancelled = new CancellationTokenSource();
        Task<EncodedBytes> call = cluster.Nodes[0].AskAsync(2, cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call).WaitAsync(TestCluster.Patience, Token);
    }

    [Fact]
    public async Task A_member_without_a_silo_is_refused_and_nobody_takes_its_place()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);
        var watch = Stopwatch.StartNew();

        Exception refusal = await Assert.ThrowsAnyAsync<Exception>(() => cluster.Nodes[0].AskAsync(9, Token));

        Assert.Contains("Member 0000000000000009 has no active silo.", refusal.ToString(), StringComparison.Ordinal);
        Assert.True(watch.Elapsed < cluster.Nodes[0].Options.CallTimeout, $"It took {watch.Elapsed}.");
    }
}
