namespace Coordination.Conformance.Tests;

/// <summary>A range inside a transaction has the options it has outside.</summary>
public sealed class TxnRangeOptionTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Limit_and_order_apply(IConformanceTarget target)
    {
        var response = await Read(target, request =>
        {
            request.Limit = 2;
            request.SortOrder = RangeRequest.Types.SortOrder.Descend;
        });

        Assert.Equal(["c", "b"], response.Kvs.Select(kv => kv.Value.ToStringUtf8()));
        Assert.Equal((3, true), (response.Count, response.More));
    }

    [Theory, OnEveryTarget]
    public async Task Count_only_applies(IConformanceTarget target)
    {
        var response = await Read(target, request => request.CountOnly = true);

        Assert.Equal((3, 0), (response.Count, response.Kvs.Count));
    }

    [Theory, OnEveryTarget]
    public async Task Keys_only_applies(IConformanceTarget target)
    {
        var response = await Read(target, request => request.KeysOnly = true);

        Assert.All(response.Kvs, kv => Assert.Empty(kv.Value));
        Assert.Equal(3, response.Kvs.Count);
    }

    [Theory, OnEveryTarget]
    public async Task Revision_bounds_apply(IConformanceTarget target)
    {
        var response = await Read(target, request => request.MinModRevision = long.MaxValue);

        Assert.Equal((3, 0), (response.Count, response.Kvs.Count));
    }

    /// <summary>Reads a, b and c, whose values are their names, in a transaction that also writes.</summary>
    private async Task<RangeResponse> Read(IConformanceTarget target, Action<RangeRequest> options)
    {
        var session = await servers.Open(target);
        await session.PutAll("a", "b", "c");
        var request = session.Everything;
        options(request);
        var response = await session.Txn(Ops.Always(new RequestOp { RequestRange = request }, Ops.Put(session.Key("z"))));
        return response.Responses[0].ResponseRange;
    }
}
