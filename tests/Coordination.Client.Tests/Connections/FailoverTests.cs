namespace Coordination.Client.Tests;

public sealed class FailoverTests
{
    private static readonly RpcException RequestTimedOut = new(new Status(StatusCode.Unavailable, "etcdserver: request timed out"));
    private static readonly RpcException TooManyRequests = new(new Status(StatusCode.Unknown, "etcdserver: too many requests"));
    private static readonly RpcException NoLeader = new(new Status(StatusCode.Unavailable, "etcdserver: no leader"));

    private static CancellationToken Cancelled => TestLimits.Token;

    [Fact]
    public async Task A_read_goes_to_the_next_endpoint_when_nobody_listens_at_one()
    {
        await using var server = await FakeServer.Start();
        await using var client = new CoordinationClient(UnusedUrl(), server.Url);

        Assert.Equal(1, (await client.KeyValues.GetAsync("k", cancellationToken: Cancelled)).Revision);
    }

    [Fact]
    public async Task A_read_goes_to_the_next_endpoint_when_one_cannot_serve()
    {
        await using var bad = await FakeServer.Start();
        await using var good = await FakeServer.Start();
        bad.KeyValues.OnRange = (_, _) => throw RequestTimedOut;
        await using var client = new CoordinationClient(bad.Url, good.Url);

        await client.KeyValues.GetAsync("k", cancellationToken: Cancelled);

        Assert.Equal((1, 1), (bad.KeyValues.Ranges, good.KeyValues.Ranges));
    }

    [Fact]
    public async Task A_read_goes_to_the_next_endpoint_when_one_is_silent_for_an_attempt()
    {
        await using var silent = await FakeServer.Start();
        await using var good = await FakeServer.Start();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silent.KeyValues.OnRange = (_, context) => Silence<Etcd.RangeResponse>(asked, context);
        var (client, time) = Connect(silent.Url, good.Url);
        await using var _ = client;

        var reading = client.KeyValues.GetAsync("k", cancellationToken: Cancelled);
        await asked.Task.WaitAsync(Cancelled);
        time.Advance(TimeSpan.FromSeconds(3));
        time.Advance(await time.NextTimer(IsRetryDelay));

        Assert.Equal(1, (await reading).Revision);
    }

    [Fact]
    public async Task A_write_goes_to_the_next_endpoint_when_it_cannot_have_been_sent()
    {
        await using var server = await FakeServer.Start();
        await using var client = new CoordinationClient(UnusedUrl(), server.Url);

        Assert.Equal(2, (await client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled)).Revision);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_that_a_server_did_not_begin_with_is_repeated(bool isForWantOfALeader)
    {
        await using var bad = await FakeServer.Start();
        await using var good = await FakeServer.Start();
        bad.KeyValues.OnPut = (_, _) => throw (isForWantOfALeader ? NoLeader : TooManyRequests);
        await using var client = new CoordinationClient(bad.Url, good.Url);

        await client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);

        Assert.Equal((1, 1), (bad.KeyValues.Puts, good.KeyValues.Puts));
    }

    [Fact]
    public async Task A_write_that_a_server_gave_up_waiting_for_has_an_unknown_outcome_and_is_not_repeated()
    {
        await using var bad = await FakeServer.Start();
        await using var good = await FakeServer.Start();
        bad.KeyValues.OnPut = (_, _) => throw RequestTimedOut;
        await using var client = new CoordinationClient(bad.Url, good.Url);

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled));

        Assert.Equal((1, 0), (bad.KeyValues.Puts, good.KeyValues.Puts));
    }

    [Fact]
    public async Task A_write_whose_connection_breaks_has_an_unknown_outcome_and_is_not_repeated()
    {
        await using var bad = await FakeServer.Start();
        await using var good = await FakeServer.Start();
        bad.KeyValues.OnPut = (_, context) =>
        {
            context.GetHttpContext().Abort();
            return Task.FromResult(new Etcd.PutResponse());
        };
        await using var client = new CoordinationClient(bad.Url, good.Url);

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled));

        Assert.Equal((1, 0), (bad.KeyValues.Puts, good.KeyValues.Puts));
    }

    [Fact]
    public async Task A_write_that_is_not_answered_in_time_has_an_unknown_outcome()
    {
        await using var silent = await FakeServer.Start();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silent.KeyValues.OnPut = (_, context) => Silence<Etcd.PutResponse>(asked, context);
        var (client, time) = Connect(silent.Url);
        await using var _ = client;

        var writing = client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);
        await asked.Task.WaitAsync(Cancelled);
        time.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => writing);
    }

    [Fact]
    public async Task A_write_that_no_server_took_in_time_was_certainly_not_done()
    {
        var (client, time) = Connect(UnusedUrl(), UnusedUrl());
        await using var _ = client;

        var writing = client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromSeconds(10);)
        {
            // Time passes only while nothing is under way.
            var delay = await time.NextTimer(IsRetryDelay);
            time.Advance(delay);
            passed += delay;
        }

        await Assert.ThrowsAsync<UnavailableException>(() => writing);
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_told_so_and_the_endpoint_is_not_blamed()
    {
        await using var server = await FakeServer.Start();
        await using var other = await FakeServer.Start();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.KeyValues.OnPut = (_, context) => Silence<Etcd.PutResponse>(asked, context);
        await using var client = new CoordinationClient(server.Url, other.Url);
        using var giveUp = new CancellationTokenSource();

        var writing = client.KeyValues.PutAsync("k", "v", cancellationToken: giveUp.Token);
        await asked.Task.WaitAsync(Cancelled);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);

        await client.KeyValues.GetAsync("k", cancellationToken: Cancelled);
        Assert.Equal(1, server.KeyValues.Ranges);
    }

    [Fact]
    public async Task Servers_are_asked_to_refuse_at_once_when_they_have_no_leader_unless_a_stale_answer_will_do()
    {
        await using var server = await FakeServer.Start();
        List<string?> headers = [];
        server.KeyValues.OnRange = (_, context) =>
        {
            headers.Add(context.RequestHeaders.GetValue("hasleader"));
            return Task.FromResult(new Etcd.RangeResponse { Header = new Etcd.ResponseHeader() });
        };
        await using var client = new CoordinationClient(server.Url);

        await client.KeyValues.GetAsync("k", cancellationToken: Cancelled);
        await client.KeyValues.GetAsync("k", new ReadOptions { AllowStale = true }, Cancelled);

        Assert.Equal(["true", null], headers);
    }

    /// <summary>An address where nobody listens.</summary>
    private static string UnusedUrl() => $"http://{LoopbackPorts.Find().ClientUrl.Authority}";

    private static (CoordinationClient Client, WatchedTime Time) Connect(params string[] urls)
    {
        var time = new WatchedTime();
        var options = FakeServer.Options(urls);
        options.TimeProvider = time;
        return (new CoordinationClient(options), time);
    }

    private static bool IsRetryDelay(TimeSpan due) => due < TimeSpan.FromSeconds(2);

    private static async Task<T> Silence<T>(TaskCompletionSource asked, ServerCallContext context)
    {
        asked.TrySetResult();
        await new TaskCompletionSource().Task.WaitAsync(context.CancellationToken);
        throw new InvalidOperationException("Nobody ends the wait but the client.");
    }
}
