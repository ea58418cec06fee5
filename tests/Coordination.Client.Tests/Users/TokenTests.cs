namespace Coordination.Client.Tests;

public sealed class TokenTests : IAsyncLifetime
{
    private readonly WatchedTime _time = new();
    private FakeServer _server = null!;
    private CoordinationClient _client = null!;

    private static CancellationToken Cancelled => TestLimits.Token;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.Start();
        _server.Users.Token = "none that was given out";
        var options = FakeServer.Options(_server.Url);
        (options.UserName, options.Password) = ("alice", "secret");
        options.TimeProvider = _time;
        _client = new CoordinationClient(options);
    }

    [Fact]
    public async Task A_token_is_got_with_the_first_call_and_kept()
    {
        List<(string, string)> asked = [];
        _server.Users.OnAuthenticate = (request, _) =>
        {
            asked.Add((request.Name, request.Password));
            return Task.CompletedTask;
        };

        await _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);
        await _client.KeyValues.GetAsync("k", cancellationToken: Cancelled);
        await _client.KeyValues.GetAsync("k", new ReadOptions { AllowStale = true }, Cancelled);

        Assert.Equal([("alice", "secret")], asked);
    }

    [Fact]
    public async Task A_write_whose_token_is_not_known_any_more_is_repeated_with_another()
    {
        await _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);
        _server.Users.Expire();

        Assert.Equal(2, (await _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled)).Revision);
        Assert.Equal((2, 3), (_server.Users.Tokens, _server.KeyValues.Puts));
    }

    [Fact]
    public async Task Calls_that_need_a_token_at_the_same_time_share_one()
    {
        await _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);
        _server.Users.Expire();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _client.KeyValues.GetAsync("k", cancellationToken: Cancelled)));

        Assert.Equal(2, _server.Users.Tokens);
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_end_the_wait_of_others_for_a_token()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Users.OnAuthenticate = (_, _) =>
        {
            asked.SetResult();
            return answer.Task;
        };
        using var giveUp = new CancellationTokenSource();
        var first = _client.KeyValues.GetAsync("k", cancellationToken: giveUp.Token);
        await asked.Task.WaitAsync(Cancelled);
        var second = _client.KeyValues.GetAsync("k", cancellationToken: Cancelled);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        answer.SetResult();

        Assert.Equal(1, (await second).Revision);
        Assert.Equal(1, _server.Users.Tokens);
    }

    [Fact]
    public async Task A_token_that_is_refused_although_it_is_new_is_not_asked_for_again()
    {
        _server.KeyValues.OnPut = (_, _) => throw new RpcException(
            new Status(StatusCode.Unauthenticated, "etcdserver: invalid auth token"));

        var refusal = await Assert.ThrowsAsync<RequestRefusedException>(
            () => _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled));

        Assert.Equal(CoordinationError.Unauthenticated, refusal.Error);
        Assert.Equal((2, 2), (_server.Users.Tokens, _server.KeyValues.Puts));
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_nothing_is_sent()
    {
        _server.Users.OnAuthenticate = (_, _) => throw new RpcException(
            new Status(StatusCode.InvalidArgument, "etcdserver: authentication failed, invalid user ID or password"));

        var refusal = await Assert.ThrowsAsync<RequestRefusedException>(
            () => _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled));

        Assert.Equal(CoordinationError.Unauthenticated, refusal.Error);
        Assert.Equal(0, _server.KeyValues.Puts);
        await Assert.ThrowsAsync<RequestRefusedException>(
            () => _client.Watches.WatchAsync("k", cancellationToken: Cancelled).FirstAsync(Cancelled).AsTask());
    }

    [Fact]
    public async Task A_server_without_users_is_called_without_a_token_until_it_has_some()
    {
        _server.Users.Token = null;
        _server.Users.OnAuthenticate = (_, _) => throw new RpcException(
            new Status(StatusCode.FailedPrecondition, "etcdserver: authentication is not enabled"));
        await _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);

        _server.Users.OnAuthenticate = null;
        _server.Users.Expire();
        await _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);

        Assert.Equal(1, _server.Users.Tokens);
    }

    [Fact]
    public async Task A_server_that_gives_no_token_in_time_is_left_for_another()
    {
        await using var other = await FakeServer.Start();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Users.OnAuthenticate = (_, context) =>
        {
            asked.SetResult();
            return new TaskCompletionSource().Task.WaitAsync(context.CancellationToken);
        };
        var options = FakeServer.Options(_server.Url, other.Url);
        (options.UserName, options.Password, options.TimeProvider) = ("alice", "secret", _time);
        await using var client = new CoordinationClient(options);

        var writing = client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);
        await asked.Task.WaitAsync(Cancelled);
        _time.Advance(options.AttemptTimeout);
        _time.Advance(await _time.NextTimer(due => due < TimeSpan.FromSeconds(2)));

        Assert.Equal(2, (await writing).Revision);
        Assert.Equal((0, 1), (_server.KeyValues.Puts, other.KeyValues.Puts));
    }

    [Theory]
    [InlineData("rpc error: code = PermissionDenied desc = etcdserver: permission denied")]
    [InlineData("rpc error: code = Unauthenticated desc = etcdserver: invalid auth token")]
    public async Task A_watch_that_is_refused_asks_once_more_with_a_new_token(string reason)
    {
        await using var watch = _client.Watches.WatchAsync("k", cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var moving = watch.MoveNextAsync().AsTask();
        var refusal = new Etcd.WatchResponse { Created = true, Canceled = true, WatchId = -1, CancelReason = reason };
        var first = await _server.Watches.NextCall();
        await first.NextRequest();
        await first.Send(refusal);
        var second = await _server.Watches.NextCall();
        await second.Create(revision: 5);
        Assert.Equal(["t1", "t2"], new[] { first.Token, second.Token });
        await second.Send(WatchCall.Put("k", 6));
        Assert.True(await moving);

        moving = watch.MoveNextAsync().AsTask();
        second.Break();
        _time.Advance(await _time.NextTimer(due => due < TimeSpan.FromSeconds(1)));
        foreach (var token in new[] { "t2", "t3" })
        {
            var call = await _server.Watches.NextCall();
            await call.NextRequest();
            Assert.Equal(token, call.Token);
            await call.Send(refusal);
        }

        await Assert.ThrowsAsync<RequestRefusedException>(() => moving);
    }

    [Fact]
    public async Task Renewals_of_leases_go_on_with_another_token()
    {
        var session = await _client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(9), Cancelled);
        await _time.NextTimer(due => due == TimeSpan.FromSeconds(3));
        await _time.NextTimer(due => due == TimeSpan.FromSeconds(3));
        _time.Advance(TimeSpan.FromSeconds(3));
        var first = await _server.Leases.NextCall();
        await first.NextRequest();
        _server.Users.Expire();
        first.Break();
        _time.Advance(await _time.NextTimer(due => due == TimeSpan.FromMilliseconds(100)));
        _time.Advance(await _time.NextTimer(due => due == TimeSpan.FromMilliseconds(100)));

        var second = await _server.Leases.NextCall();

        Assert.Equal(session.Id.Value, await second.NextRequest());
        Assert.Equal(2, _server.Users.Tokens);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }
}
