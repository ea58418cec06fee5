namespace Coordination.Recipes.Tests;

public sealed class BarrierTests(SharedServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task A_counter_that_many_change_loses_nothing(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var waiting = new AtomicCounter(client.Root, "counter").WaitAsync(40, Cancelled);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var counter = new AtomicCounter(client.Root, "counter");
            for (var turn = 0; turn < 10; turn++)
            {
                await counter.AddAsync(1, Cancelled);
            }
        }));

        await waiting.WaitAsync(Cancelled);
        var counter = new AtomicCounter(client.Root, "counter");
        Assert.Equal(40, await counter.GetAsync(Cancelled));
        Assert.False(await counter.CompareAndSetAsync(39, 0, Cancelled));
        Assert.True(await counter.CompareAndSetAsync(40, -5, Cancelled));
        Assert.Equal(-6, await counter.AddAsync(-1, Cancelled));
    }

    [Theory, EveryServer]
    public async Task A_barrier_holds_everybody_up_until_it_is_lifted(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var barrier = new DistributedBarrier(client.Root, "barrier");
        await barrier.WaitAsync(Cancelled);
        Assert.True(await barrier.CloseAsync(cancellationToken: Cancelled));
        Assert.False(await barrier.CloseAsync(cancellationToken: Cancelled));
        Task[] waiting = [barrier.WaitAsync(Cancelled), barrier.WaitAsync(Cancelled)];

        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        await barrier.LiftAsync(Cancelled);

        await Task.WhenAll(waiting).WaitAsync(Cancelled);
    }

    [Theory, EveryServer]
    public async Task Parties_begin_and_end_together_round_after_round(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var barrier = new DoubleBarrier(client.Root, "double", parties: 3);
        for (var round = 0; round < 2; round++)
        {
            var first = barrier.EnterAsync(Cancelled);
            var second = barrier.EnterAsync(Cancelled);
            await LineOf.AwaitLength(client.Root, "double/waiters/", 2);
            Assert.False(first.IsCompleted || second.IsCompleted);
            BarrierPass[] passes = await Task.WhenAll(first, second, barrier.EnterAsync(Cancelled)).WaitAsync(Cancelled);

            Task[] leaving = [passes[0].LeaveAsync(Cancelled), passes[1].LeaveAsync(Cancelled)];
            await LineOf.AwaitLength(client.Root, "double/waiters/", 1);
            Assert.All(leaving, task => Assert.False(task.IsCompleted));
            await passes[2].LeaveAsync(Cancelled);
            await Task.WhenAll(leaving).WaitAsync(Cancelled);
            await LineOf.AwaitLength(client.Root, "double/", 0);
        }
    }

    [Theory, EveryServer]
    public async Task Parties_that_die_inside_do_not_open_the_next_round(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var barrier = new DoubleBarrier(client.Root, "double", parties: 2);
        var passes = await Task.WhenAll(barrier.EnterAsync(Cancelled), barrier.EnterAsync(Cancelled)).WaitAsync(Cancelled);
        await passes[0].DisposeAsync();
        await passes[1].DisposeAsync();
        await LineOf.AwaitLength(client.Root, "double/", 1);

        var first = barrier.EnterAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "double/waiters/", 1);
        Assert.False(first.IsCompleted);
        await using var second = await barrier.EnterAsync(Cancelled);

        await (await first.WaitAsync(Cancelled)).DisposeAsync();
    }

    [Theory, EveryServer]
    public async Task A_latch_counts_every_party_once(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var latch = new CountdownLatch(client.Root, "latch", parties: 2);
        var waiting = latch.WaitAsync(Cancelled);
        await latch.SignalAsync("a", Cancelled);
        await latch.SignalAsync("a", Cancelled);
        Assert.False(waiting.IsCompleted);

        await latch.SignalAsync("b", Cancelled);

        await waiting.WaitAsync(Cancelled);
        await latch.WaitAsync(Cancelled);
        await latch.ResetAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "latch/", 0);
    }
}
