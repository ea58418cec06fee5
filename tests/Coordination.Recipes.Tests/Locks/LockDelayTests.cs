using System.Diagnostics;

namespace Coordination.Recipes.Tests;

public sealed class LockDelayTests(SharedServers servers)
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task A_lock_that_was_lost_stays_closed_for_its_delay(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var careful = new DistributedMutex(client.Root, "lock", new LockOptions { LockDelay = Delay });
        var other = new DistributedMutex(client.Root, "lock");
        await using var lost = await careful.AcquireAsync(Cancelled);

        await client.Leases.RevokeAsync(LineOf.LeaseOf(lost), Cancelled);
        var closed = Stopwatch.StartNew();
        Assert.Null(await other.TryAcquireAsync(cancellationToken: Cancelled));
        await (await other.AcquireAsync(Cancelled)).DisposeAsync();
        Assert.InRange(closed.Elapsed, Delay, TimeSpan.MaxValue);

        // Whoever had it since left it in order.
        await using var free = await other.TryAcquireAsync(cancellationToken: Cancelled);
        Assert.NotNull(free);
    }

    [Theory, EveryServer]
    public async Task A_delay_ends_also_when_nobody_waits_for_that(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var careful = new DistributedMutex(client.Root, "lock", new LockOptions { LockDelay = Delay });
        await using var lost = await careful.AcquireAsync(Cancelled);
        await client.Leases.RevokeAsync(LineOf.LeaseOf(lost), Cancelled);

        Assert.Null(await careful.TryAcquireAsync(cancellationToken: Cancelled));
        await LineOf.AwaitLength(client.Root, "lock", 0);
        await using var free = await careful.TryAcquireAsync(cancellationToken: Cancelled);

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
