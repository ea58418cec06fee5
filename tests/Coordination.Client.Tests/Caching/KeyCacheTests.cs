using Google.Protobuf;

namespace Coordination.Client.Tests;

/// <summary>The cache against a store that is a list here, and a watch that brings what the test says, when it says so.</summary>
public sealed class KeyCacheTests : IAsyncLifetime
{
    private readonly WatchedTime _time = new();
    private readonly SortedDictionary<string, long> _keys = new(StringComparer.Ordinal) { ["a"] = 5, ["b"] = 7 };
    private FakeServer _server = null!;
    private CoordinationClient _client = null!;
    private long _revision = 10;

    private static CancellationToken Cancelled => TestLimits.Token;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.Start();
        _server.KeyValues.OnRange = (request, _) => Task.FromResult(Answer(request));
        var options = FakeServer.Options(_server.Url);
        options.TimeProvider = _time;
        _client = new CoordinationClient(options);
    }

    [Fact]
    public async Task It_begins_with_what_there_is_and_goes_on_from_there()
    {
        await using var cache = await Open();
        Assert.Equal((10, "a5 b7"), (cache.Current.Revision, Text(cache.Current)));

        var watch = await NextWatch(startRevision: 11);
        await watch.Send(WatchCall.Put("c", 12), WatchCall.Put("a", 12), Delete("b", 13));
        var shown = await cache.WaitForRevisionAsync(13, Cancelled);

        Assert.Equal("a12 c12", Text(shown));
        Assert.Same(shown, cache.Current);
    }

    [Fact]
    public async Task A_snapshot_is_read_by_key_and_by_range_and_stays_as_it_is()
    {
        await using var cache = await Open();
        var first = cache.Current;
        var watch = await NextWatch(startRevision: 11);
        await watch.Send(WatchCall.Put("b", 11), WatchCall.Put("ba", 12), WatchCall.Put("c", 13));
        var later = await cache.WaitForRevisionAsync(13, Cancelled);

        Assert.Equal((2, 7, null), (first.Count, first.Find("b")!.ModRevision, first.Find("c")));
        Assert.Equal(["b", "ba"], later.InRange(KeyRange.Prefix("b")).Select(key => key.Key.ToString()));
        Assert.Equal(["ba", "c"], later.InRange(KeyRange.From("b0")).Select(key => key.Key.ToString()));
        Assert.Equal(["a"], later.InRange(KeyRange.Of("a")).Select(key => key.Key.ToString()));
    }

    [Fact]
    public async Task It_reads_the_range_again_when_what_it_has_not_seen_is_compacted_and_shows_the_difference()
    {
        await using var cache = await Open();
        await using var updates = cache.UpdatesAsync(cache.Current, Cancelled).GetAsyncEnumerator(Cancelled);
        var updating = updates.MoveNextAsync().AsTask();
        var watch = await NextWatch(startRevision: 11);

        (_keys["a"], _keys["c"], _revision) = (15, 16, 20);
        _keys.Remove("b");
        await watch.Send(new Etcd.WatchResponse { Canceled = true, CompactRevision = 18 });
        await NextWatch(startRevision: 21);

        Assert.True(await updating);
        Assert.Equal((20, "a15 c16"), (updates.Current.Snapshot.Revision, Text(updates.Current.Snapshot)));
        Assert.Equal(["a5>15", "b7>", "c>16"], Changes(updates.Current));
    }

    [Fact]
    public async Task A_fresh_read_needs_nothing_of_the_watch_when_nothing_happened_to_the_keys()
    {
        await using var cache = await Open();
        var watch = await NextWatch(startRevision: 11);
        _revision = 50;

        Assert.Equal(50, (await cache.ReadLatestAsync(Cancelled)).Revision);

        // Written and deleted again before 50: the state at 50 is without it, and time does not go back.
        await watch.Send(WatchCall.Put("x", 30), Delete("x", 31));
        await watch.Send(WatchCall.Put("y", 51));
        Assert.Equal("a5 b7 y51", Text(await cache.WaitForRevisionAsync(51, Cancelled)));
    }

    [Theory]
    [InlineData("write")]
    [InlineData("deletion")]
    [InlineData("replacement")]
    public async Task A_fresh_read_waits_for_what_happened_to_the_keys(string change)
    {
        await using var cache = await Open();
        var watch = await NextWatch(startRevision: 11);
        _revision = 50;
        List<Etcd.Event> events = [];
        if (change is "deletion" or "replacement")
        {
            _keys.Remove("b");
            events.Add(Delete("b", 40));
        }

        if (change is "write" or "replacement")
        {
            _keys["c"] = 41;
            events.Add(WatchCall.Put("c", 41));
        }

        var reading = cache.ReadLatestAsync(Cancelled);
        await watch.Send(WatchCall.Put("a", 20), WatchCall.Put("x", 21));
        await cache.WaitForRevisionAsync(21, Cancelled);
        Assert.False(reading.IsCompleted);
        _keys["a"] = 20;
        await watch.Send([Delete("x", 22), .. events]);

        var latest = await reading;
        Assert.Equal(50, latest.Revision);
        Assert.Equal(string.Join(' ', _keys.Select(key => $"{key.Key}{key.Value}")), Text(latest));
    }

    [Fact]
    public async Task A_revision_that_the_watch_does_not_bring_is_asked_for()
    {
        await using var cache = await Open();
        await NextWatch(startRevision: 11);
        var waiting = cache.WaitForRevisionAsync(30, Cancelled);
        _time.Advance(await _time.NextTimer(due => due == TimeSpan.FromMilliseconds(50)));
        await _time.NextTimer(due => due == TimeSpan.FromMilliseconds(100));
        Assert.False(waiting.IsCompleted);

        _revision = 33;
        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(33, (await waiting).Revision);
    }

    [Fact]
    public async Task A_notice_of_progress_moves_the_revision_and_is_no_update()
    {
        await using var cache = await Open();
        await using var updates = cache.UpdatesAsync(cache.Current, Cancelled).GetAsyncEnumerator(Cancelled);
        var updating = updates.MoveNextAsync().AsTask();
        var watch = await NextWatch(startRevision: 11);

        await watch.Send(new Etcd.WatchResponse { Header = new Etcd.ResponseHeader { Revision = 40 } });
        Assert.Equal(40, (await cache.WaitForRevisionAsync(40, Cancelled)).Revision);
        await watch.Send(WatchCall.Put("a", 41));

        Assert.True(await updating);
        Assert.Equal(["a5>41"], Changes(updates.Current));
    }

    [Fact]
    public async Task A_slow_reader_sees_several_steps_as_one()
    {
        await using var cache = await Open();
        await using var updates = cache.UpdatesAsync(cache.Current, Cancelled).GetAsyncEnumerator(Cancelled);
        var updating = updates.MoveNextAsync().AsTask();
        var watch = await NextWatch(startRevision: 11);
        await watch.Send(WatchCall.Put("a", 11));
        Assert.True(await updating);
        Assert.Equal(["a5>11"], Changes(updates.Current));

        await watch.Send(WatchCall.Put("a", 12), WatchCall.Put("c", 13), WatchCall.Put("d", 14), Delete("c", 15));
        await cache.WaitForRevisionAsync(15, Cancelled);

        Assert.True(await updates.MoveNextAsync());
        Assert.Equal(["a11>12", "d>14"], Changes(updates.Current));
    }

    [Fact]
    public async Task A_refusal_ends_it_and_everybody_who_waits()
    {
        var cache = await Open();
        var waiting = cache.WaitForRevisionAsync(99, Cancelled);
        var updating = cache.UpdatesAsync(cache.Current, Cancelled).FirstAsync(Cancelled).AsTask();
        var watch = await NextWatch(startRevision: 11);
        await watch.Send(new Etcd.WatchResponse
        {
            Canceled = true,
            CancelReason = "rpc error: code = PermissionDenied desc = etcdserver: permission denied",
        });

        await Assert.ThrowsAsync<RequestRefusedException>(() => waiting);
        await Assert.ThrowsAsync<RequestRefusedException>(() => updating);
        await Assert.ThrowsAsync<RequestRefusedException>(() => cache.Completion.WaitAsync(Cancelled));
        await Assert.ThrowsAsync<RequestRefusedException>(() => cache.WaitForRevisionAsync(99, Cancelled));
        Assert.Equal("a5 b7", Text(cache.Current));
        await cache.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposal_of_it_or_its_client_ends_it(bool ofTheClient)
    {
        var cache = await Open();
        var watch = await NextWatch(startRevision: 11);
        var waiting = cache.WaitForRevisionAsync(99, Cancelled);

        await (ofTheClient ? _client.DisposeAsync() : cache.DisposeAsync());
        if (ofTheClient)
        {
            _time.Advance(await _time.NextTimer(due => due == TimeSpan.FromMilliseconds(50)));
            _time.Advance(await _time.NextTimer(due => due == TimeSpan.FromMilliseconds(50)));
        }

        await cache.Completion.WaitAsync(Cancelled);
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => cache.UpdatesAsync(null, Cancelled).FirstAsync(Cancelled).AsTask());
        await cache.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static Etcd.Event Delete(string key, long revision) => new()
    {
        Type = Etcd.Event.Types.EventType.Delete,
        Kv = new Etcd.KeyValue { Key = ByteString.CopyFromUtf8(key), ModRevision = revision },
    };

    private static string Text(CacheSnapshot snapshot) =>
        string.Join(' ', snapshot.KeyValues.Select(key => $"{key.Key}{key.ModRevision}"));

    private static IEnumerable<string> Changes(CacheUpdate update) =>
        update.Changes.Select(change => $"{change.Key}{change.Before?.ModRevision}>{change.After?.ModRevision}").Order();

    private Task<KeyCache> Open() => _client.OpenCacheAsync(KeyRange.All, Cancelled);

    private async Task<WatchCall> NextWatch(long startRevision)
    {
        var watch = await _server.Watches.NextCall();
        Assert.Equal(startRevision, (await watch.Create(_revision)).StartRevision);
        return watch;
    }

    private Etcd.RangeResponse Answer(Etcd.RangeRequest request)
    {
        var keys = _keys.Select(key => new Etcd.KeyValue { Key = ByteString.CopyFromUtf8(key.Key), ModRevision = key.Value });
        var answer = request.SortTarget == Etcd.RangeRequest.Types.SortTarget.Mod
            ? keys.OrderByDescending(key => key.ModRevision).Take(1)
            : keys;
        return new Etcd.RangeResponse
        {
            Header = new Etcd.ResponseHeader { Revision = _revision },
            Count = _keys.Count,
            Kvs = { answer },
        };
    }
}
