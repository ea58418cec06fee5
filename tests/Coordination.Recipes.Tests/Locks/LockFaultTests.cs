using System.Diagnostics;

namespace Coordination.Recipes.Tests;

/// <summary>Locks while the servers that they talk to die, come back, or fall silent.</summary>
public sealed class LockFaultTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task Holder_and_waiter_outlive_a_server_that_is_killed_and_restarted(ServerKind kind)
    {
        await using var cluster = await TestCluster.Start(kind);
        await using var client = cluster.Connect();
        var mutex = new DistributedMutex(client.Root, "lock", new LockOptions { TimeToLive = TimeSpan.FromSeconds(30) });
        var held = await mutex.AcquireAsync(Cancelled);
        var waiting = mutex.AcquireAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "lock/", 2);

        await cluster.Kill(0);
        await cluster.Restart(0);
        Assert.False(held.IsLost);
        await held.PutAsync("k", "v", Cancelled);
        Assert.False(waiting.IsCompleted);
        await held.DisposeAsync();

        await using var next = await waiting.WaitAsync(Cancelled);
        Assert.True(next.Token > held.Token);
    }

    [Fact]
    public async Task Holder_and_waiter_go_on_when_the_member_that_they_talk_to_is_killed()
    {
        await using var cluster = await TestCluster.Start(ServerKind.Coordinator, size: 3);
        await using var client = cluster.Connect();
        var mutex = new DistributedMutex(client.Root, "lock", new LockOptions { TimeToLive = TimeSpan.FromSeconds(30) });
        var held = await mutex.AcquireAsync(Cancelled);
        var waiting = mutex.AcquireAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "lock/", 2);

        await cluster.Kill(0);
        await held.PutAsync("k", "v", Cancelled);
        Assert.False(waiting.IsCompleted);
        await held.DisposeAsync();

        await using var next = await waiting.WaitAsync(Cancelled);
        Assert.True(next.Token > held.Token);
    }

    [Theory, EveryServer]
    public async Task A_holder_is_told_before_a_silent_server_can_have_ended_its_lease(ServerKind kind)
    {
        await using var cluster = await TestCluster.Start(kind);
        await using var client = cluster.Connect();
        var mutex = new DistributedMutex(client.Root, "lock", new LockOptions { TimeToLive = TimeSpan.FromSeconds(3) });
        var handle = await mutex.AcquireAsync(Cancelled);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = handle.LostToken.Register(told.SetResult);

        cluster.Send(0, Signal.Stop);
        var stopped = Stopwatch.StartNew();
        await told.Task.WaitAsync(Cancelled);

        // The last renewal was before the server fell silent, and the lease lives for 3 seconds from then on at least.
        Assert.InRange(stopped.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.True(handle.IsLost);
        cluster.Send(0, Signal.Continue);
        await using var next = await mutex.AcquireAsync(Cancelled);
        await Assert.ThrowsAsync<LockLostException>(() => handle.PutAsync("k", "stale", Cancelled));
        await handle.DisposeAsync();
        await next.PutAsync("k", "v", Cancelled);
    }
}
