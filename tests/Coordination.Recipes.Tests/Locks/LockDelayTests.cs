namespace Coordination.Recipes.Tests;

public sealed class LockDelayTests(SharedServers servers)
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task A_lock_that_was_lost_stays_closed_for_its_delay(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var time = new WatchedTime();
        var careful = new DistributedMutex(client.Root, "lock", new LockOptions { LockDelay = Delay });
        var other = new DistributedMutex(client.Root, "lock", new LockOptions { TimeProvider = time });
        await using var lost = await careful.AcquireAsync(Cancelled);

        await client.Leases.RevokeAsync(LineOf.LeaseOf(lost), Cancelled);
        Assert.Null(await other.TryAcquireAsync(cancellationToken: Cancelled));
        var waiting = other.AcquireAsync(Cancelled);
        Assert.Equal(Delay, await time.PassNextTimer());
        await (await waiting.WaitAsync(Cancelled)).DisposeAsync();

        // Whoever had it since left it in order.
        await using var free = await other.TryAcquireAsync(cancellationToken: Cancelled);
        Assert.NotNull(free);
    }

    [Theory, EveryServer]
    public async Task A_lock_that_was_released_is_open_at_once(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var careful = new DistributedMutex(client.Root, "lock", new LockOptions { LockDelay = Delay });
        await using (await careful.AcquireAsync(Cancelled))
        {
            Assert.NotNull((await client.KeyValues.GetAsync("lock.delay", cancellationToken: Cancelled)).KeyValue);
        }

        await using var next = await careful.TryAcquireAsync(cancellationToken: Cancelled);

        Assert.NotNull(next);
    }
}
