namespace Coordination.Conformance.Tests;

public sealed class RangeLimitTests(Servers servers) : IClassFixture<Servers>
{
    [Theory]
    [OnEveryTarget(1, 1, true)]
    [OnEveryTarget(2, 2, true)]
    [OnEveryTarget(3, 3, false)]
    [OnEveryTarget(4, 3, false)]
    [OnEveryTarget(0, 3, false)]
    [OnEveryTarget(-1, 3, false)]
    public async Task Limit_cuts_the_keys_but_not_the_count(IConformanceTarget target, long limit, int returned, bool more)
    {
        var session = await servers.Open(target);
        await session.PutAll("a", "b", "c");
        var request = session.Everything;
        request.Limit = limit;

        var response = await session.Range(request);

        Assert.Equal(returned, response.Kvs.Count);
        Assert.Equal(more, response.More);
        Assert.Equal(3, response.Count);
    }

    [Theory, OnEveryTarget]
    public async Task Limit_pages_through_a_range_at_one_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("a", "b", "c", "d", "e");
        var request = session.Everything;
        request.Limit = 2;
        var pages = new List<string>();

        var page = await session.Range(request);
        request.Revision = page.Header.Revision;
        await session.PutAll("aa", "f");
        while (true)
        {
            pages.Add($"{string.Join(',', session.NamesOf(page.Kvs))} of {page.Count}");
            if (!page.More)
            {
                break;
            }

            request.Key = session.Key(session.NameOf(page.Kvs[^1].Key) + "\0");
            page = await session.Range(request);
        }

        Assert.Equal(["a,b of 5", "c,d of 3", "e of 1"], pages);
    }

    [Theory, OnEveryTarget]
    public async Task Limit_applies_after_sorting(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("a", "b", "c");
        var request = session.Everything;
        request.Limit = 2;
        request.SortOrder = RangeRequest.Types.SortOrder.Descend;

        var response = await session.Range(request);

        Assert.Equal(["c", "b"], session.NamesOf(response.Kvs));
        Assert.True(response.More);
        Assert.Equal(3, response.Count);
    }

    [Theory, OnEveryTarget]
    public async Task Limit_applies_after_filtering(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("a", "b");
        var third = await session.PutAll("c");
        await session.PutAll("d", "e");
        var request = session.Everything;
        request.MinModRevision = third;
        request.Limit = 2;

        var response = await session.Range(request);

        Assert.Equal(["c", "d"], session.NamesOf(response.Kvs));
        Assert.True(response.More);
        Assert.Equal(5, response.Count);
    }

    [Theory]
    [OnEveryTarget(0)]
    [OnEveryTarget(1)]
    public async Task Count_only_returns_no_keys_and_no_more(IConformanceTarget target, long limit)
    {
        var session = await servers.Open(target);
        await session.PutAll("a", "b", "c");
        var request = session.Everything;
        request.CountOnly = true;
        request.Limit = limit;

        var response = await session.Range(request);

        Assert.Empty(response.Kvs);
        Assert.Equal(3, response.Count);
        Assert.False(response.More);
    }

    [Theory, OnEveryTarget]
    public async Task Count_only_counts_at_a_past_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.PutAll("a", "b");
        await session.Delete("a");
        await session.Delete("b");
        var request = session.Everything;
        request.CountOnly = true;
        request.Revision = revision;

        Assert.Equal(2, (await session.Range(request)).Count);
    }

    [Theory, OnEveryTarget]
    public async Task Keys_only_drops_values_and_keeps_metadata(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        var revision = (await session.Put("k", "value", lease)).Header.Revision;
        var request = session.Everything;
        request.KeysOnly = true;

        var keyValue = Assert.Single((await session.Range(request)).Kvs);

        Assert.Empty(keyValue.Value);
        Assert.Equal(session.Key("k"), keyValue.Key);
        Assert.Equal((revision, revision, 1, lease),
            (keyValue.CreateRevision, keyValue.ModRevision, keyValue.Version, keyValue.Lease));
    }

    [Theory, OnEveryTarget]
    public async Task Keys_only_still_sorts_by_value(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("a", "2");
        await session.Put("b", "1");
        var request = session.Everything;
        request.KeysOnly = true;
        request.SortTarget = RangeRequest.Types.SortTarget.Value;
        request.SortOrder = RangeRequest.Types.SortOrder.Ascend;

        Assert.Equal(["b", "a"], session.NamesOf((await session.Range(request)).Kvs));
    }
}
