namespace Coordination.Client.Tests;

public sealed class LeaseSessionTests : IAsyncLifetime
{
    private static readonly TimeSpan Third = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(2.5);

    private readonly WatchedTime _time = new();
    private readonly List<IAsyncDisposable> _owned = [];
    private CoordinationClient? _client;

    private static CancellationToken Cancelled => TestLimits.Token;

    private FakeServer Server => (FakeServer)_owned[0];

    public async ValueTask InitializeAsync() => _owned.Add(await FakeServer.Start());

    [Fact]
    public async Task A_renewal_is_sent_after_a_third_of_the_time_to_live()
    {
        var session = await Open(Server);
        _time.Advance(Third);
        var call = await Server.Leases.NextCall();

        Assert.Equal(session.Id.Value, await call.NextRequest());
    }

    [Fact]
    public async Task A_renewal_counts_from_the_moment_it_was_sent()
    {
        var session = await Open(Server);
        _time.Advance(Third);
        var call = await Server.Leases.NextCall();
        await call.NextRequest();
        _time.Advance(TimeSpan.FromSeconds(2));
        await call.Answer(session.Id.Value, 9);
        await _time.NextTimer(due => due == TimeSpan.FromSeconds(1));

        // Sent at 3 and valid for nine tenths of 9 seconds from then on; it is 5 now.
        Assert.Equal(TimeSpan.FromSeconds(6.1), session.Remaining);
    }

    [Fact]
    public async Task A_session_is_lost_before_the_server_can_expire_its_lease()
    {
        var session = await Open(Server);

        _time.Advance(TimeSpan.FromSeconds(8.1) - TimeSpan.FromTicks(1));
        Assert.False(session.IsLost);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(LeaseLossCause.NotRenewedInTime, session.Cause);
        await Lost(session);
        Assert.Equal(TimeSpan.Zero, session.Remaining);
    }

    [Fact]
    public async Task A_session_that_was_told_as_lost_is_not_revived_by_a_late_answer()
    {
        var session = await Open(Server);
        _time.Advance(Third);
        var call = await Server.Leases.NextCall();
        await call.NextRequest();
        _time.Advance(TimeSpan.FromSeconds(20));
        await Lost(session);

        session.Renewed(_time.GetTimestamp(), TimeSpan.FromSeconds(9));

        Assert.True(session.IsLost);
    }

    [Fact]
    public async Task A_lease_that_is_gone_at_the_server_ends_its_session_and_no_other()
    {
        var session = await Open(Server);
        var other = await Open();
        _time.Advance(Third);
        var call = await Server.Leases.NextCall();
        long[] renewed = [await call.NextRequest(), await call.NextRequest()];
        Assert.Equal([session.Id.Value, other.Id.Value], renewed.Order());

        await call.Answer(session.Id.Value, 0);
        await Lost(session);

        Assert.Equal(LeaseLossCause.GoneAtServer, session.Cause);
        Assert.False(other.IsLost);
    }

    [Fact]
    public async Task A_renewal_is_sent_again_when_its_stream_breaks()
    {
        var session = await Open(Server);
        _time.Advance(Third);
        var first = await Server.Leases.NextCall();
        await first.NextRequest();
        first.Break();
        _time.Advance(await _time.NextTimer(due => due == TimeSpan.FromMilliseconds(100)));

        var second = await Server.Leases.NextCall();

        Assert.Equal(session.Id.Value, await second.NextRequest());
    }

    [Fact]
    public async Task A_server_that_leaves_a_renewal_without_an_answer_is_left_for_another()
    {
        await using var other = await FakeServer.Start();
        var session = await Open(Server, other);
        _time.Advance(Third);
        var silent = await Server.Leases.NextCall();
        await silent.NextRequest();
        _time.Advance(await _time.NextTimer(due => due == AnswerMax));
        _time.Advance(await _time.NextTimer(due => due == TimeSpan.FromMilliseconds(100)));

        var call = await other.Leases.NextCall();
        Assert.Equal(session.Id.Value, await call.NextRequest());
        await call.Answer(session.Id.Value, 9);
        await _time.NextTimer(due => due == Third);

        Assert.Equal(TimeSpan.FromSeconds(8.1), session.Remaining);
    }

    [Fact]
    public async Task Sessions_end_with_their_client()
    {
        var session = await Open(Server);

        await _client!.DisposeAsync();

        await Lost(session);
        Assert.Equal(LeaseLossCause.Disposed, session.Cause);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_callback_that_throws_does_not_end_the_renewal_of_other_leases()
    {
        var session = await Open(Server);
        var other = await Open();
        await using var registration = session.LostToken.Register(() => throw new InvalidOperationException("A bug of the program's."));
        _time.Advance(Third);
        var call = await Server.Leases.NextCall();
        await call.NextRequest();
        await call.NextRequest();
        await call.Answer(session.Id.Value, 0);
        await call.Answer(other.Id.Value, 9);
        _time.Advance(await _time.NextTimer(due => due == Third));

        Assert.Equal(other.Id.Value, await call.NextRequest());
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }
    }

    /// <summary>Opens a session, of 9 seconds, and waits until the client waits for the time of its first renewal.</summary>
    private async Task<LeaseSession> Open(params FakeServer[] servers)
    {
        // The loop that is started for the first session looks once more, since it is told of that session too.
        var timers = _client is null ? 2 : 1;
        if (_client is null)
        {
            var options = FakeServer.Options(servers.Select(server => server.Url));
            options.TimeProvider = _time;
            options.AttemptTimeout = AnswerMax;
            _client = new CoordinationClient(options);
        }

        var session = await _client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(9), Cancelled);
        for (; timers > 0; timers--)
        {
            await _time.NextTimer(due => due == Third);
        }

        return session;
    }

    /// <summary>Waits until those who rely on a session have been told that it is lost.</summary>
    private static async Task Lost(LeaseSession session)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = session.LostToken.Register(told.SetResult);
        await told.Task.WaitAsync(Cancelled);
    }
}
