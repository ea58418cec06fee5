namespace Coordination.Recipes.Tests;

public sealed class SharedLockTests(SharedServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task Readers_share_and_wait_for_writers_that_came_before(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var shared = new DistributedReaderWriterLock(client.Root, "lock");
        var first = await shared.AcquireReadAsync(Cancelled);
        var second = await shared.AcquireReadAsync(Cancelled);
        var writer = shared.AcquireWriteAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "lock/", 3);
        var third = shared.AcquireReadAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "lock/", 4);

        Assert.Null(await shared.TryAcquireReadAsync(cancellationToken: Cancelled));
        Assert.Null(await shared.TryAcquireWriteAsync(cancellationToken: Cancelled));
        await second.DisposeAsync();
        Assert.False(writer.IsCompleted);
        await first.DisposeAsync();
        var writing = await writer.WaitAsync(Cancelled);
        Assert.False(third.IsCompleted);
        await writing.DisposeAsync();

        await using var reading = await third.WaitAsync(Cancelled);
        await using var along = await shared.TryAcquireReadAsync(cancellationToken: Cancelled);
        Assert.NotNull(along);
    }

    [Theory, EveryServer]
    public async Task A_semaphore_lets_in_as_many_as_it_has_permits_in_order(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var semaphore = new DistributedSemaphore(client.Root, "seats", permits: 3);
        LockHandle[] seats =
        [
            await semaphore.AcquireAsync(Cancelled), await semaphore.AcquireAsync(Cancelled), await semaphore.AcquireAsync(Cancelled),
        ];
        var fourth = semaphore.AcquireAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "seats/", 4);
        var fifth = semaphore.AcquireAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "seats/", 5);

        Assert.Null(await semaphore.TryAcquireAsync(cancellationToken: Cancelled));
        await seats[1].DisposeAsync();
        await using var inFourth = await fourth.WaitAsync(Cancelled);
        Assert.False(fifth.IsCompleted);
        await seats[0].DisposeAsync();
        await using var inFifth = await fifth.WaitAsync(Cancelled);
        await seats[2].DisposeAsync();
        await using var last = await semaphore.TryAcquireAsync(cancellationToken: Cancelled);

        Assert.NotNull(last);
        Assert.True(inFourth.Token < inFifth.Token);
    }

    [Theory, EveryServer]
    public async Task A_waiter_ahead_that_gives_up_lets_nobody_in_too_early(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var mutex = new DistributedMutex(client.Root, "lock");
        var held = await mutex.AcquireAsync(Cancelled);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var second = mutex.AcquireAsync(stop.Token);
        await LineOf.AwaitLength(client.Root, "lock/", 2);
        var third = mutex.AcquireAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, "lock/", 3);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Null(await mutex.TryAcquireAsync(TimeSpan.FromMilliseconds(300), Cancelled));
        Assert.False(third.IsCompleted);
        await held.DisposeAsync();

        await (await third.WaitAsync(Cancelled)).DisposeAsync();
    }

    [Theory, EveryServer]
    public async Task Work_inside_a_scope_enters_again_under_the_same_token(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var mutex = new DistributedMutex(client.Root, "lock");
        var scope = new ReentrantMutex(mutex);
        var after = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        FencingToken outer = default;
        FencingToken inner = default;
        Task<FencingToken> leftBehind = Task.FromResult(outer);

        await scope.RunAsync(
            async (handle, token) =>
            {
                outer = handle.Token;
                await scope.RunAsync((nested, _) => Task.FromResult(inner = nested.Token), token);
                Assert.Null(await mutex.TryAcquireAsync(cancellationToken: token));
                leftBehind = EnterAfter(scope, after.Task);
            },
            Cancelled);

        Assert.Equal(outer, inner);
        Assert.Null(scope.Current);
        after.SetResult();
        Assert.True(await leftBehind.WaitAsync(Cancelled) > outer);
        await LineOf.AwaitLength(client.Root, "lock/", 0);
    }

    private static async Task<FencingToken> EnterAfter(ReentrantMutex scope, Task signal)
    {
        await signal;
        FencingToken token = default;
        await scope.RunAsync(
            (handle, _) =>
            {
                token = handle.Token;
                return Task.CompletedTask;
            },
            Cancelled);
        return token;
    }
}
