using EventType = Coordination.Protocol.Etcd.Event.Types.EventType;
using FilterType = Coordination.Protocol.Etcd.WatchCreateRequest.Types.FilterType;

namespace Coordination.Conformance.Tests;

public sealed class WatchFilterTests(Servers servers) : IClassFixture<Servers>
{
    [Theory]
    [OnEveryTarget(FilterType.Noput, EventType.Delete, false)]
    [OnEveryTarget(FilterType.Nodelete, EventType.Put, false)]
    [OnEveryTarget(FilterType.Noput, EventType.Delete, true)]
    [OnEveryTarget(FilterType.Nodelete, EventType.Put, true)]
    public async Task A_filter_leaves_out_its_events(IConformanceTarget target, FilterType filter, EventType left, bool past)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        var request = new WatchCreateRequest { Key = session.Key("k"), Filters = { filter } };
        if (!past)
        {
            await stream.Watch(request);
        }

        request.StartRevision = await session.PutAll("k");
        await session.Delete("k");
        await session.PutAll("k", "k");
        await session.Delete("k");
        if (past)
        {
            await stream.Watch(request);
        }

        var events = await stream.Events(left == EventType.Put ? 3 : 2);

        Assert.All(events, change => Assert.Equal(left, change.Type));
    }

    [Theory, OnEveryTarget]
    public async Task A_transaction_is_told_without_the_filtered_part(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("a");
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key(""), RangeEnd = session.End, Filters = { FilterType.Noput } });
        await session.Txn(Ops.Always(Ops.Put(session.Key("b")), Ops.Delete(session.Key("a")), Ops.Put(session.Key("c"))));

        var change = Assert.Single((await stream.Next()).Events);

        Assert.Equal((EventType.Delete, "a"), (change.Type, session.NameOf(change.Kv.Key)));
    }

    [Theory, OnEveryTarget]
    public async Task Nothing_is_sent_when_both_kinds_are_filtered(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), Filters = { FilterType.Noput, FilterType.Nodelete } });
        var open = await stream.Watch(session.Key("sentinel"));
        await session.PutAll("k");
        await session.Delete("k");
        await session.PutAll("sentinel");

        Assert.Equal(open.WatchId, (await stream.Next()).WatchId);
    }
}
