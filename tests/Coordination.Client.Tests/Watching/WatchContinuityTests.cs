using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Coordination.Client.Tests;

public sealed class WatchContinuityTests : IAsyncLifetime
{
    private readonly WatchedTime _time = new();
    private FakeServer _server = null!;
    private FakeServer _other = null!;
    private CoordinationClient _client = null!;

    private static CancellationToken Cancelled => TestLimits.Token;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.Start();
        _other = await FakeServer.Start();
        var options = FakeServer.Options(_server.Url, _other.Url);
        options.TimeProvider = _time;
        _client = new CoordinationClient(options);
    }

    [Fact]
    public async Task A_watch_goes_on_from_the_revision_after_the_last_it_showed()
    {
        await using var watch = _client.Watches.WatchRangeAsync(KeyRange.All, cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var moving = watch.MoveNextAsync().AsTask();
        var first = await _server.Watches.NextCall();
        Assert.Equal(0, (await first.Create(revision: 10)).StartRevision);
        await first.Send(WatchCall.Put("a", 12));
        Assert.True(await moving);
        moving = watch.MoveNextAsync().AsTask();
        first.Break();
        await Reconnect();

        var second = await _other.Watches.NextCall();
        Assert.Equal(13, (await second.Create(revision: 20)).StartRevision);
        await second.Send(WatchCall.Put("a", 12), WatchCall.Put("b", 13));

        Assert.True(await moving);
        Assert.Equal((13, "b"), (watch.Current.Revision, Assert.Single(watch.Current.Events).KeyValue.Key.ToString()));
    }

    [Fact]
    public async Task A_watch_from_now_on_goes_on_from_where_it_was_made_although_it_showed_nothing()
    {
        await using var watch = _client.Watches.WatchRangeAsync(KeyRange.All, cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var moving = watch.MoveNextAsync().AsTask();
        var first = await _server.Watches.NextCall();
        await first.Create(revision: 10);
        first.Break();
        await Reconnect();

        var second = await _other.Watches.NextCall();
        Assert.Equal(11, (await second.Create(revision: 20)).StartRevision);
        await second.Send(WatchCall.Put("a", 15));

        Assert.True(await moving);
    }

    [Fact]
    public async Task A_notice_of_progress_moves_the_revision_to_go_on_from()
    {
        await using var watch = _client.Watches.WatchRangeAsync(KeyRange.All, cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var moving = watch.MoveNextAsync().AsTask();
        var first = await _server.Watches.NextCall();
        var request = await first.Create(revision: 10);
        await first.Send(new Etcd.WatchResponse { Header = new Etcd.ResponseHeader { Revision = 50 } });
        first.Break();
        await Reconnect();

        var second = await _other.Watches.NextCall();
        Assert.True(request.ProgressNotify);
        Assert.Equal(51, (await second.Create(revision: 60)).StartRevision);
        await second.Send(WatchCall.Put("a", 55));

        Assert.True(await moving);
    }

    [Fact]
    public async Task A_server_that_does_not_make_the_watch_is_left_for_another()
    {
        await using var watch = _client.Watches.WatchRangeAsync(KeyRange.All, cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var moving = watch.MoveNextAsync().AsTask();
        var silent = await _server.Watches.NextCall();
        await silent.NextRequest();
        _time.Advance(await _time.NextTimer(due => due == TimeSpan.FromSeconds(3)));
        await Reconnect();

        var call = await _other.Watches.NextCall();
        await call.Create(revision: 10);
        await call.Send(WatchCall.Put("a", 11));

        Assert.True(await moving);
    }

    [Fact]
    public async Task A_watch_whose_connections_break_while_it_asks_goes_on_without_loss()
    {
        var writes = new BrokenWrites();
        using var channel = GrpcChannel.ForAddress(_server.Url);
        var options = FakeServer.Options(_server.Url);
        options.TimeProvider = _time;
        options.CallInvokers = _ => channel.Intercept(writes);
        await using var client = new CoordinationClient(options);
        await using var watch = client.Watches.WatchRangeAsync(KeyRange.All, cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var moving = watch.MoveNextAsync().AsTask();
        var first = await _server.Watches.NextCall();
        await first.Create(revision: 10);
        await first.Send(WatchCall.Put("a", 12));
        Assert.True(await moving);
        writes.Left = 2;
        moving = watch.MoveNextAsync().AsTask();
        first.Break();
        await Reconnect();
        await Reconnect();
        await Reconnect();

        var second = await _server.Watches.NextCall();
        var request = await second.Create(revision: 20);
        await second.Send(WatchCall.Put("b", 13));

        Assert.Equal((0, 13), (writes.Left, request.StartRevision));
        Assert.True(await moving);
        Assert.Equal((13, "b"), (watch.Current.Revision, Assert.Single(watch.Current.Events).KeyValue.Key.ToString()));
    }

    [Fact]
    public async Task A_refused_watch_ends_with_the_reason()
    {
        await using var watch = _client.Watches.WatchRangeAsync(KeyRange.All, cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var moving = watch.MoveNextAsync().AsTask();
        var call = await _server.Watches.NextCall();
        await call.NextRequest();
        await call.Send(new Etcd.WatchResponse
        {
            Created = true,
            Canceled = true,
            WatchId = -1,
            CancelReason = "rpc error: code = PermissionDenied desc = etcdserver: permission denied",
        });

        var refusal = await Assert.ThrowsAsync<RequestRefusedException>(() => moving);
        Assert.Equal((CoordinationError.PermissionDenied, "etcdserver: permission denied"), (refusal.Error, refusal.Message));
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _other.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task Reconnect() => _time.Advance(await _time.NextTimer(due => due < TimeSpan.FromSeconds(1)));
}
