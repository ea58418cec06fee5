using System.Diagnostics;
using Orleans;
using Orleans.Runtime;

namespace Coordination.Silo.Tests;

[Collection(SiloCollection.Name)]
public sealed class SiloDeathTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_a_node_crashes_calls_among_the_others_stay_fast_and_calls_to_it_fail_soon()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);

        await cluster.Nodes[2].CrashAsync();

        await AssertSurvivorsAreWellAsync(cluster);
    }

    [Fact]
    public async Task When_a_node_falls_silent_calls_among_the_others_stay_fast_and_calls_to_it_time_out()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);

        cluster.Nodes[2].Freeze();

        await AssertSurvivorsAreWellAsync(cluster);
    }

    [Fact]
    public async Task A_silo_that_was_declared_dead_comes_back_with_a_new_generation_and_nothing_else_stops()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);
        TestNode victim = cluster.Nodes[2];
        SiloAddress before = Assert.IsType<SiloAddress>(victim.Silo.Address);
        long calls = FakeHosting.CallsOf(await victim.AskAsync(3, Token));

        await DeclareDeadAsync(cluster.Table, before);
        await TestCluster.UntilAsync(() => Task.FromResult(victim.Silo.StartedCount == 2), Token);
        foreach (TestNode from in cluster.Nodes)
        {
            await TestCluster.UntilReachedAsync(from, victim, Token);
        }

        Assert.True(Assert.IsType<SiloAddress>(victim.Silo.Address).Generation > before.Generation);
        Assert.Equal(before.Endpoint, victim.Silo.Address.Endpoint);

        // The replica went on counting: it is the one from before.
        Assert.True(FakeHosting.CallsOf(await victim.AskAsync(3, Token)) > calls);
        Assert.Equal(0, victim.Hosting.Stops);
        Assert.All(cluster.Nodes.Take(2), node => Assert.Equal(1, node.Silo.StartedCount));
    }

    private static async Task AssertSurvivorsAreWellAsync(TestCluster cluster)
    {
        TestNode[] survivors = [.. cluster.Nodes.Take(2)];
        TimeSpan callTimeout = survivors[0].Options.CallTimeout;
        var failure = Stopwatch.StartNew();
        Task<EncodedBytes>[] lost = [.. survivors.Select(node => node.AskAsync(3, Token))];

        List<TimeSpan> latencies = [];
        do
        {
            foreach (TestNode from in survivors)
            {
                foreach (TestNode to in survivors)
                {
                    var watch = Stopwatch.StartNew();
                    Assert.Equal(to.Id, FakeHosting.MemberOf(await from.AskAsync(to.Id, Token)));
                    latencies.Add(watch.Elapsed);
                }
            }
        }
        while (!lost.All(call => call.IsCompleted) || latencies.Count < 400);

        foreach (Task<EncodedBytes> call in lost)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => call);
        }

        // Twice the timeout, and fifty times the usual latency: the machine has other work.
        Assert.True(failure.Elapsed < callTimeout * 2, $"Calls to the lost member took {failure.Elapsed}.");
        latencies.Sort();
        TimeSpan slow = latencies[latencies.Count * 99 / 100];
        Assert.True(slow < TimeSpan.FromMilliseconds(100), $"99% of the calls among survivors took {slow}.");
    }

    /// <summary>What other silos do when they miss probes.</summary>
    private static async Task DeclareDeadAsync(InMemoryClusterTable rows, SiloAddress silo)
    {
        IMembershipTable table = new MembershipTable(rows, ReplicaAddress.NameOf(TestNode.ClusterId));
        bool isWritten = false;
        while (!isWritten)
        {
            MembershipTableData data = await table.ReadAllAsync(Token);
            (MembershipEntry entry, string etag) = data.Get(silo);
            entry.Status = SiloStatus.Dead;
            isWritten = await table.UpdateRowAsync(entry, etag, data.Version.Next(), Token);
        }
    }
}
