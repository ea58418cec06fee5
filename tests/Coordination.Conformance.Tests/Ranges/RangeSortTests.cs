using SortOrder = Coordination.Protocol.Etcd.RangeRequest.Types.SortOrder;
using SortTarget = Coordination.Protocol.Etcd.RangeRequest.Types.SortTarget;

namespace Coordination.Conformance.Tests;

public sealed class RangeSortTests(Servers servers) : IClassFixture<Servers>
{
    [Theory]
    [OnEveryTarget(SortTarget.Key, SortOrder.None, "a b c")]
    [OnEveryTarget(SortTarget.Key, SortOrder.Ascend, "a b c")]
    [OnEveryTarget(SortTarget.Key, SortOrder.Descend, "c b a")]
    [OnEveryTarget(SortTarget.Version, SortOrder.None, "c a b")]
    [OnEveryTarget(SortTarget.Version, SortOrder.Ascend, "c a b")]
    [OnEveryTarget(SortTarget.Version, SortOrder.Descend, "b a c")]
    [OnEveryTarget(SortTarget.Create, SortOrder.None, "b c a")]
    [OnEveryTarget(SortTarget.Create, SortOrder.Ascend, "b c a")]
    [OnEveryTarget(SortTarget.Create, SortOrder.Descend, "a c b")]
    [OnEveryTarget(SortTarget.Mod, SortOrder.None, "c b a")]
    [OnEveryTarget(SortTarget.Mod, SortOrder.Ascend, "c b a")]
    [OnEveryTarget(SortTarget.Mod, SortOrder.Descend, "a b c")]
    [OnEveryTarget(SortTarget.Value, SortOrder.None, "b a c")]
    [OnEveryTarget(SortTarget.Value, SortOrder.Ascend, "b a c")]
    [OnEveryTarget(SortTarget.Value, SortOrder.Descend, "c a b")]
    public async Task Range_sorts_by_target_and_order(IConformanceTarget target, SortTarget by, SortOrder order, string expected)
    {
        // Creation order: b c a. Versions: a 2, b 3, c 1. Last changes: c b a. Values: b < a < c.
        var session = await servers.Open(target);
        await session.Put("b", "?");
        await session.Put("c", "3");
        await session.Put("a", "?");
        await session.Put("b", "?");
        await session.Put("b", "1");
        await session.Put("a", "2");
        var request = session.Everything;
        request.SortTarget = by;
        request.SortOrder = order;

        var response = await session.Range(request);

        Assert.Equal(expected, string.Join(' ', session.NamesOf(response.Kvs)));
    }

    [Theory, OnEveryTarget]
    public async Task Values_sort_as_unsigned_bytes(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put(new PutRequest { Key = session.Key("high"), Value = Bytes.Of(0x80) });
        await session.Put(new PutRequest { Key = session.Key("low"), Value = Bytes.Of(0x7f, 0xff) });
        await session.Put(new PutRequest { Key = session.Key("none") });
        var request = session.Everything;
        request.SortTarget = SortTarget.Value;

        Assert.Equal(["none", "low", "high"], session.NamesOf((await session.Range(request)).Kvs));
    }

    [Theory, OnEveryTarget]
    public async Task Sorting_counts_all_keys_without_limit(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("a", "b", "c");
        var request = session.Everything;
        request.SortTarget = SortTarget.Mod;
        request.SortOrder = SortOrder.Descend;
        request.Limit = 1;

        var response = await session.Range(request);

        Assert.Equal(["c"], session.NamesOf(response.Kvs));
        Assert.Equal((3, true), (response.Count, response.More));
    }

    [Theory]
    [OnEveryTarget((SortTarget)5, SortOrder.Ascend)]
    [OnEveryTarget((SortTarget)(-1), SortOrder.Ascend)]
    [OnEveryTarget(SortTarget.Key, (SortOrder)3)]
    public async Task Unknown_sort_options_are_refused(IConformanceTarget target, SortTarget by, SortOrder order)
    {
        var session = await servers.Open(target);
        Assert.SkipUnless(session.Capabilities.RefusesUnknownSort, "Asking would end a server of that release.");
        var request = session.Everything;
        request.SortTarget = by;
        request.SortOrder = order;

        await Refusal.InvalidSortOption.Answers(() => session.Range(request));
    }
}
