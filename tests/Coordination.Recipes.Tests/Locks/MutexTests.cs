namespace Coordination.Recipes.Tests;

public sealed class MutexTests(SharedServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task The_lock_is_given_in_the_order_of_arrival_with_growing_tokens(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var mutex = new DistributedMutex(client.Root, "lock");
        var first = await mutex.AcquireAsync(Cancelled);
        List<Task<(int Number, FencingToken Token)>> waiting = [];
        List<int> order = [];
        for (var number = 0; number < 5; number++)
        {
            waiting.Add(HoldOnce(mutex, number, order));
            await LineOf.AwaitLength(client.Root, "lock/", number + 2);
        }

        Assert.Empty(order);
        await first.DisposeAsync();
        var held = await Task.WhenAll(waiting).WaitAsync(Cancelled);

        Assert.Equal([0, 1, 2, 3, 4], order);
        var tokens = held.Select(holder => holder.Token).Prepend(first.Token).ToArray();
        Assert.Equal(tokens.Order(), tokens);
        Assert.Equal(6, tokens.Distinct().Count());
        await LineOf.AwaitLength(client.Root, "lock", 0);
    }

    [Theory, EveryServer]
    public async Task Whoever_does_not_wait_gets_a_free_lock_and_leaves_no_trace_at_a_held_one(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var mutex = new DistributedMutex(client.Root, "lock");

        await using (var held = await mutex.TryAcquireAsync(cancellationToken: Cancelled))
        {
            Assert.NotNull(held);
            Assert.Null(await mutex.TryAcquireAsync(cancellationToken: Cancelled));
            Assert.Null(await mutex.TryAcquireAsync(TimeSpan.FromMilliseconds(200), Cancelled));
            await LineOf.AwaitLength(client.Root, "lock/", 1);
        }

        await using var again = await mutex.TryAcquireAsync(TimeSpan.FromSeconds(20), Cancelled);
        Assert.NotNull(again);
    }

    [Theory, EveryServer]
    public async Task A_waiter_that_is_cancelled_leaves_the_line(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var mutex = new DistributedMutex(client.Root, "lock");
        var held = await mutex.AcquireAsync(Cancelled);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var impatient = mutex.AcquireAsync(stop.Token);
        await LineOf.AwaitLength(client.Root, "lock/", 2);
        var patient = mutex.AcquireAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "lock/", 3);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        await LineOf.AwaitLength(client.Root, "lock/", 2);
        Assert.False(patient.IsCompleted);
        await held.DisposeAsync();

        await (await patient.WaitAsync(Cancelled)).DisposeAsync();
    }

    [Theory, EveryServer]
    public async Task A_holder_that_lost_the_lock_cannot_write_and_is_told(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var mutex = new DistributedMutex(client.Root, "lock", new LockOptions { TimeToLive = TimeSpan.FromSeconds(2) });
        await using var old = await mutex.AcquireAsync(Cancelled);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = old.LostToken.Register(told.SetResult);
        await old.PutAsync("protected", "old", Cancelled);

        await client.Leases.RevokeAsync(LineOf.LeaseOf(old), Cancelled);
        await using var current = await mutex.AcquireAsync(Cancelled);
        await current.PutAsync("protected", "new", Cancelled);

        await Assert.ThrowsAsync<LockLostException>(() => old.PutAsync("protected", "old again", Cancelled));
        Assert.Equal("new", (await client.KeyValues.GetAsync("protected", cancellationToken: Cancelled)).KeyValue!.Value);
        Assert.True(current.Token > old.Token);
        await told.Task.WaitAsync(Cancelled);
        Assert.True(old.IsLost);
        Assert.False(current.IsLost);
    }

    [Theory, EveryServer]
    public async Task A_waiter_whose_lease_ends_stands_in_line_anew(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var mutex = new DistributedMutex(client.Root, "lock", new LockOptions { TimeToLive = TimeSpan.FromSeconds(2) });
        var held = await mutex.AcquireAsync(Cancelled);
        var waiting = mutex.AcquireAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "lock/", 2);
        var line = await client.KeyValues.GetRangeAsync(KeyRange.Prefix("lock/"), cancellationToken: Cancelled);
        var waiter = line.KeyValues.Single(key => key.Key != held.Key);

        await client.Leases.RevokeAsync(waiter.Lease, Cancelled);
        await LineOf.AwaitLength(client.Root, "lock/", 1);
        await held.DisposeAsync();

        await using var acquired = await waiting.WaitAsync(Cancelled);
        Assert.NotEqual(waiter.Key, acquired.Key);
        await acquired.PutAsync("protected", "v", Cancelled);
    }

    [Theory, EveryServer]
    public async Task A_session_can_have_many_locks_and_every_one_once(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        await using var session = await client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(20), Cancelled);
        var one = new DistributedMutex(client.Root, "one");
        var other = new DistributedMutex(client.Root, "other");
        var first = await one.AcquireInSessionAsync(session, Cancelled);
        await using var second = await other.AcquireInSessionAsync(session, Cancelled);

        await Assert.ThrowsAsync<InvalidOperationException>(() => one.AcquireInSessionAsync(session, Cancelled));
        Assert.False(first.IsLost);
        await first.DisposeAsync();
        await using var again = await one.AcquireInSessionAsync(session, Cancelled);

        Assert.True(first.IsLost);
        Assert.False(session.IsLost);
        Assert.True(again.Token > first.Token);
        await Assert.ThrowsAsync<LockLostException>(() => first.PutAsync("k", "v", Cancelled));
    }

    [Theory, EveryServer]
    public async Task A_wait_in_a_session_ends_when_the_session_is_lost(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        await using var session = await client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(20), Cancelled);
        var mutex = new DistributedMutex(client.Root, "lock");
        await using var held = await mutex.AcquireAsync(Cancelled);
        var waiting = mutex.AcquireInSessionAsync(session, Cancelled);
        await LineOf.AwaitLength(client.Root, "lock/", 2);

        await session.DisposeAsync();

        await Assert.ThrowsAsync<LockLostException>(() => waiting.WaitAsync(Cancelled));
    }

    [Theory, EveryServer]
    public async Task A_lease_of_somebody_elses_gets_one_place_however_often_it_asks(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var mutex = new DistributedMutex(client.Root, "lock");
        var lease = await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancelled);
        var other = await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancelled);

        var first = await mutex.AcquireForLeaseAsync(lease.Id, Cancelled);
        Assert.Equal(first, await mutex.AcquireForLeaseAsync(lease.Id, Cancelled));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var cancelled = mutex.AcquireForLeaseAsync(other.Id, stop.Token);
        await LineOf.AwaitLength(client.Root, "lock/", 2);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await LineOf.AwaitLength(client.Root, "lock/", 1);
        var waiting = mutex.AcquireForLeaseAsync(other.Id, Cancelled);
        await client.KeyValues.DeleteAsync(first.Key, cancellationToken: Cancelled);

        Assert.Equal($"lock/{other.Id}", (await waiting.WaitAsync(Cancelled)).Key);
        await client.Leases.RevokeAsync(lease.Id, Cancelled);
        await Assert.ThrowsAsync<LeaseNotFoundException>(() => mutex.AcquireForLeaseAsync(lease.Id, Cancelled));
    }

    private static async Task<(int Number, FencingToken Token)> HoldOnce(DistributedMutex mutex, int number, List<int> order)
    {
        await using var handle = await mutex.AcquireAsync(Cancelled);
        order.Add(number);
        return (number, handle.Token);
    }
}
