using EventType = Coordination.Protocol.Etcd.Event.Types.EventType;

namespace Coordination.Conformance.Tests;

public sealed class WatchEventTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task A_put_event_carries_the_whole_key(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        using var stream = session.Watch();
        await stream.Watch(session.Key("k"));
        await session.Put("k", "1");
        await session.Put("k", "2", lease);

        var events = await stream.Events(2);

        Assert.Equal([EventType.Put, EventType.Put], events.Select(change => change.Type));
        Assert.Equal("1", events[0].Kv.Value.ToStringUtf8());
        Assert.Equal(await session.Get("k"), events[1].Kv);
        Assert.All(events, change => Assert.Null(change.PrevKv));
    }

    [Theory, OnEveryTarget]
    public async Task A_delete_event_carries_only_key_and_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k", "value");
        using var stream = session.Watch();
        await stream.Watch(session.Key("k"));
        var deleted = (await session.Delete("k")).Header.Revision;

        var change = Assert.Single(await stream.Events(1));

        Assert.Equal(EventType.Delete, change.Type);
        Assert.Equal(new KeyValue { Key = session.Key("k"), ModRevision = deleted }, change.Kv);
    }

    [Theory, OnEveryTarget]
    public async Task Each_live_response_tells_the_revision_of_its_events(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(session.Key("k"));
        await session.Put("k");

        var response = await stream.Next();

        Assert.Equal(Assert.Single(response.Events).Kv.ModRevision, response.Header.Revision);
        Assert.NotEqual(0UL, response.Header.MemberId);
    }

    [Theory, OnEveryTarget]
    public async Task A_watch_from_now_on_sees_nothing_earlier(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k", "before");
        using var stream = session.Watch();
        await stream.Watch(session.Key("k"));
        await session.Put("k", "after");

        Assert.Equal("after", Assert.Single(await stream.Events(1)).Kv.Value.ToStringUtf8());
    }

    [Theory, OnEveryTarget]
    public async Task Only_keys_inside_the_range_are_told(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("b"), RangeEnd = session.Key("d") });
        await session.PutAll("a", "b", "bb", "d", "e", "c");

        Assert.Equal(["b", "bb", "c"], session.NamesOf((await stream.Events(3)).Select(change => change.Kv)));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_zero_byte_as_end_watches_all_later_keys(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("b"), RangeEnd = Bytes.Zero });
        await session.PutAll("a", "b", "c");
        await session.Put(new PutRequest { Key = Bytes.Of(0xff, 0xff) });

        var keys = (await stream.Events(3)).Select(change => change.Kv.Key);

        Assert.Equal([session.Key("b"), session.Key("c"), Bytes.Of(0xff, 0xff)], keys);
    }

    [Theory, OnEveryTarget]
    public async Task A_transaction_is_told_in_one_response_in_the_order_of_its_operations(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("old1", "old2");
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key(""), RangeEnd = session.End });
        await session.Txn(Ops.Always(
            Ops.Put(session.Key("z")), Ops.Delete(session.Key("old"), session.Key("old9")), Ops.Put(session.Key("a"))));

        var response = await stream.Next();

        Assert.Equal(["Put z", "Delete old1", "Delete old2", "Put a"],
            response.Events.Select(change => $"{change.Type} {session.NameOf(change.Kv.Key)}"));
        Assert.Single(response.Events.Select(change => change.Kv.ModRevision).Distinct());
    }

    [Theory, OnEveryTarget]
    public async Task A_refused_transaction_tells_nothing(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key(""), RangeEnd = session.End });
        await Refusal.LeaseNotFound.Answers(() => session.Txn(
            Ops.Always(Ops.Put(session.Key("good")), Ops.Put(session.Key("bad"), lease: 4711))));
        await session.Put("next");

        Assert.Equal("next", session.NameOf(Assert.Single((await stream.Next()).Events).Kv.Key));
    }

    [Theory, OnEveryTarget]
    public async Task Prev_kv_is_the_key_before_the_event(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), PrevKv = true });
        await session.Put("k", "1");
        var first = await session.Get("k");
        await session.Put("k", "2");
        var second = await session.Get("k");
        await session.Delete("k");
        await session.Put("k", "3");

        var previous = (await stream.Events(4)).Select(change => change.PrevKv);

        Assert.Equal([null, first, second, null], previous);
    }

    [Theory, OnEveryTarget]
    public async Task A_delete_of_many_keys_tells_each_with_its_prev_kv(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("b", "a");
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key(""), RangeEnd = session.End, PrevKv = true });
        await session.Delete(new DeleteRangeRequest { Key = session.Key(""), RangeEnd = session.End });

        var response = await stream.Next();

        Assert.Equal(["a", "b"], response.Events.Select(change => change.PrevKv.Value.ToStringUtf8()));
    }

    [Theory, OnEveryTarget]
    public async Task Rapid_changes_arrive_each_once_and_in_order(IConformanceTarget target)
    {
        const int Count = 500;
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(session.Key("k"));
        await Task.WhenAll(Enumerable.Range(0, Count).Select(value => session.Put("k", $"{value}")));

        var events = await stream.Events(Count);

        var first = events[0].Kv.ModRevision;
        Assert.Equal(Enumerable.Range(0, Count).Select(offset => first + offset), events.Select(change => change.Kv.ModRevision));
        Assert.Equal(Enumerable.Range(1, Count).Select(version => (long)version), events.Select(change => change.Kv.Version));
    }
}
