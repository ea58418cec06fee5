using Microsoft.Extensions.Logging.Abstractions;

namespace Coordination.Recipes.Tests;

public sealed class LeaderServiceTests(SharedServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task Work_is_done_by_the_leader_alone_and_handed_over_when_it_stops(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var first = new Worker(client, "a");
        var second = new Worker(client, "b");
        await first.Service.StartAsync(Cancelled);
        var begun = await first.Begun.Reader.ReadAsync(Cancelled);
        await second.Service.StartAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "election/", 2);

        Assert.False(second.Begun.Reader.TryPeek(out _));
        await first.Service.StopAsync(Cancelled);
        await first.Ended.Reader.ReadAsync(Cancelled);
        var next = await second.Begun.Reader.ReadAsync(Cancelled);

        Assert.True(next.Epoch > begun.Epoch);
        await second.Service.StopAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "election/", 0);
    }

    [Theory, EveryServer]
    public async Task Work_is_cancelled_when_the_lease_is_gone_and_begun_again_when_it_leads_again(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var worker = new Worker(client, "a");
        await worker.Service.StartAsync(Cancelled);
        var first = await worker.Begun.Reader.ReadAsync(Cancelled);

        await client.Leases.RevokeAsync((await worker.Election.FindLeaderAsync(Cancelled))!.Lease, Cancelled);
        await worker.Ended.Reader.ReadAsync(Cancelled);

        Assert.True((await worker.Begun.Reader.ReadAsync(Cancelled)).Epoch > first.Epoch);
        await worker.Service.StopAsync(Cancelled);
    }

    [Fact]
    public async Task Work_is_cancelled_while_there_is_time_left_when_the_server_falls_silent()
    {
        await using var cluster = await TestCluster.Start(ServerKind.Coordinator);
        await using var client = cluster.Connect();
        var worker = new Worker(client, "a");
        await worker.Service.StartAsync(Cancelled);
        await worker.Begun.Reader.ReadAsync(Cancelled);

        cluster.Send(0, Signal.Stop);
        var left = await worker.Ended.Reader.ReadAsync(Cancelled);
        cluster.Send(0, Signal.Continue);

        // A busy machine may use up some of the second that the work was given.
        Assert.InRange(left, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));
        await worker.Begun.Reader.ReadAsync(Cancelled);
        await worker.Service.StopAsync(Cancelled);
    }

    [Fact]
    public void A_margin_that_renewals_would_run_into_is_refused()
    {
        var client = new CoordinationClient("http://127.0.0.1:1");
        var election = new Election(client.Root, "election", new ElectionOptions { TimeToLive = TimeSpan.FromSeconds(5) });

        Assert.Throws<ArgumentException>(() => new LeaderService(
            election,
            "a",
            (_, _) => Task.CompletedTask,
            NullLogger<LeaderService>.Instance,
            new LeaderServiceOptions { StopMargin = TimeSpan.FromSeconds(2.5) }));
    }

    private sealed class Worker
    {
        public Worker(CoordinationClient client, string name)
        {
            Election = new Election(client.Root, "election", new ElectionOptions { TimeToLive = TimeSpan.FromSeconds(3) });
            Service = new LeaderService(Election, name, Work, NullLogger<LeaderService>.Instance);
        }

        public Election Election { get; }

        public LeaderService Service { get; }

        public Channel<Leadership> Begun { get; } = Channel.CreateUnbounded<Leadership>();

        /// <summary>How long the leadership lasted when the work was cancelled.</summary>
        public Channel<TimeSpan> Ended { get; } = Channel.CreateUnbounded<TimeSpan>();

        private async Task Work(Leadership leadership, CancellationToken cancellationToken)
        {
            Begun.Writer.TryWrite(leadership);
            var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (cancellationToken.Register(cancelled.SetResult))
            {
                await cancelled.Task;
            }

            Ended.Writer.TryWrite(leadership.Remaining);
        }
    }
}
