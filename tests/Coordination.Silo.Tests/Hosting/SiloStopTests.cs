using System.Diagnostics;
using Orleans;
using Orleans.Runtime;

namespace Coordination.Silo.Tests;

[Collection(SiloCollection.Name)]
public sealed class SiloStopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_stops_leaves_in_good_order()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);
        TestNode leaver = cluster.Nodes[1];
        SiloAddress address = Assert.IsType<SiloAddress>(leaver.Silo.Address);

        await leaver.Silo.StopAsync();

        Assert.Equal(0, leaver.Hosting.Stops);
        IMembershipTable table = new MembershipTable(cluster.Table, ReplicaAddress.NameOf(TestNode.ClusterId));
        Assert.Equal(SiloStatus.Dead, (await table.ReadRowAsync(address, Token)).Members[0].Item1.Status);
        Assert.Throws<SiloUnavailableException>(() => leaver.Silo.GetReplica(new ReplicaAddress(0, 1)));
        Exception refusal = await Assert.ThrowsAnyAsync<Exception>(() => cluster.Nodes[0].AskAsync(2, Token));
        Assert.Contains("0000000000000002", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_takes_no_longer_than_allowed_when_the_table_has_no_quorum()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);
        cluster.Table.HasQuorum = false;

        await AssertStopsInTimeAsync(cluster.Nodes[0]);
    }

    [Fact]
    public async Task A_stop_takes_no_longer_than_allowed_while_the_silo_cannot_start()
    {
        var table = new InMemoryClusterTable { HasQuorum = false };
        await using TestNode node = await TestNode.StartAsync(1, table);

        await AssertStopsInTimeAsync(node);

        Assert.Equal(0, node.Silo.StartedCount);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.Silo.WaitUntilActiveAsync(Token));
    }

    [Fact]
    public async Task A_silo_waits_for_the_quorum_of_the_table_and_then_starts()
    {
        var table = new InMemoryClusterTable { HasQuorum = false };
        await using TestNode node = await TestNode.StartAsync(1, table);
        Assert.Throws<SiloUnavailableException>(() => node.Silo.GetReplica(new ReplicaAddress(0, 1)));

        table.HasQuorum = true;

        await node.Silo.WaitUntilActiveAsync(Token).WaitAsync(TestCluster.Patience, Token);
        Assert.Equal(1ul, FakeHosting.MemberOf(await node.AskAsync(1, Token)));
    }

    [Fact]
    public async Task Calls_go_on_while_the_table_has_no_quorum()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);

        cluster.Table.HasQuorum = false;

        // Longer than the silos' look at the table: they have noticed.
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < cluster.Nodes[0].Options.TableRefreshPeriod * 2)
        {
            Assert.Equal(2ul, FakeHosting.MemberOf(await cluster.Nodes[0].AskAsync(2, Token)));
        }

        Assert.All(cluster.Nodes, node => Assert.Equal(1, node.Silo.StartedCount));
    }

    private static async Task AssertStopsInTimeAsync(TestNode node)
    {
        var watch = Stopwatch.StartNew();

        await node.Silo.StopAsync().WaitAsync(TestCluster.Patience, Token);

        TimeSpan allowed = node.Options.StopTimeout + node.Options.KillTimeout + TimeSpan.FromSeconds(2);
        Assert.True(watch.Elapsed < allowed, $"The stop took {watch.Elapsed}.");
    }
}
