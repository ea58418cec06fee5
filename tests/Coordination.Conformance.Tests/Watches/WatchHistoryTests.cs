using EventType = Coordination.Protocol.Etcd.Event.Types.EventType;

namespace Coordination.Conformance.Tests;

public sealed class WatchHistoryTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task A_watch_from_the_past_tells_everything_since(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k", "too early");
        var start = (await session.Put("k", "1")).Header.Revision;
        await session.Put("other");
        await session.Delete("k");
        await session.Put("k", "2");
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = start });

        var events = await stream.Events(3);

        Assert.Equal(["Put 1", "Delete ", "Put 2"], events.Select(change => $"{change.Type} {change.Kv.Value.ToStringUtf8()}"));
        Assert.Equal([start, start + 2, start + 3], events.Select(change => change.Kv.ModRevision));
        Assert.Equal(new KeyValue { Key = session.Key("k"), ModRevision = start + 2 }, events[1].Kv);
    }

    [Theory, OnEveryTarget]
    public async Task A_response_about_the_past_tells_the_current_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var start = await session.PutAll("k");
        var current = await session.PutAll("other", "other");
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = start });

        var response = await stream.Next();

        Assert.Equal(start, Assert.Single(response.Events).Kv.ModRevision);
        Assert.Equal(current, response.Header.Revision);
    }

    [Theory, OnEveryTarget]
    public async Task Prev_kv_of_past_events_is_told(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var start = (await session.Put("k", "1")).Header.Revision;
        await session.Put("k", "2");
        await session.Delete("k");
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = start, PrevKv = true });

        var previous = (await stream.Events(3)).Select(change => change.PrevKv?.Value.ToStringUtf8());

        Assert.Equal([null, "1", "2"], previous);
    }

    [Theory, OnEveryTarget]
    public async Task A_past_transaction_comes_in_one_response(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var start = (await session.Txn(new TxnRequest
        {
            Success = { Enumerable.Range(0, 100).Select(index => Ops.Put(session.Key($"{index:000}"))) },
        })).Header.Revision;
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key(""), RangeEnd = session.End, StartRevision = start });

        var response = await stream.Next();

        Assert.Equal(Enumerable.Range(0, 100).Select(index => $"{index:000}"),
            session.NamesOf(response.Events.Select(change => change.Kv)));
    }

    [Theory, OnEveryTarget]
    public async Task A_watch_from_the_next_revision_misses_nothing(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var read = await session.Range(session.Everything);
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = read.Header.Revision + 1 });
        var revision = await session.PutAll("k");

        Assert.Equal(revision, Assert.Single(await stream.Events(1)).Kv.ModRevision);
    }

    [Theory, OnEveryTarget]
    public async Task A_watch_from_the_future_suppresses_what_comes_before(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var current = await session.Revision();
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = current + 3 });
        await session.PutAll("k", "k", "k", "k");

        Assert.Equal([current + 3, current + 4], (await stream.Events(2)).Select(change => change.Kv.ModRevision));
    }

    [Theory, OnEveryTarget]
    public async Task Past_and_present_join_without_gap_or_repetition(IConformanceTarget target)
    {
        const int Past = 300;
        const int Present = 300;
        var session = await servers.Open(target);
        var start = (await session.Put("k")).Header.Revision;
        await Task.WhenAll(Enumerable.Range(1, Past - 1).Select(_ => session.Put("k")));
        using var stream = session.Watch();
        var writes = Task.WhenAll(Enumerable.Range(0, Present).Select(_ => session.Put("k")));
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = start });

        var revisions = (await stream.Events(Past + Present)).Select(change => change.Kv.ModRevision);

        Assert.Equal(Enumerable.Range(0, Past + Present).Select(offset => start + offset), revisions);
        await writes;
    }

    [Theory, OnEveryTarget]
    public async Task A_long_history_arrives_whole_and_in_order(IConformanceTarget target)
    {
        const int Revisions = 2500;
        var session = await servers.Open(target);
        var start = await session.Revision() + 1;
        await Task.WhenAll(Enumerable.Range(0, Revisions).Select(index => session.Put($"{index % 7}")));
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key(""), RangeEnd = session.End, StartRevision = start });

        var revisions = (await stream.Events(Revisions)).Select(change => change.Kv.ModRevision);

        Assert.Equal(Enumerable.Range(0, Revisions).Select(offset => start + offset), revisions);
    }

    [Theory, OnEveryTarget]
    public async Task A_negative_start_is_no_wish_for_history(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("k");
        using var stream = session.Watch();

        var created = await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = -1 });

        if (session.Capabilities.RefusesNegativeWatchStart)
        {
            Assert.Equal((true, -1, Refusal.Compacted.Text), (created.Canceled, created.WatchId, created.CancelReason));
        }
        else
        {
            Assert.Equal((false, 0), (created.Canceled, created.WatchId));
        }
    }

    [Theory, OnEveryTarget]
    public async Task A_deletion_at_the_start_is_told(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("k");
        var deleted = (await session.Delete("k")).Header.Revision;
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = deleted, PrevKv = true });

        var change = Assert.Single(await stream.Events(1));

        Assert.Equal((EventType.Delete, "k"), (change.Type, change.PrevKv.Value.ToStringUtf8()));
    }
}
