namespace Coordination.Conformance.Tests;

public sealed class NestedTxnTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Nested_comparisons_see_the_state_before_the_whole_transaction(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var exists = new Compare { Key = session.Key("k"), Result = Compare.Types.CompareResult.Greater, Version = 0 };

        var response = await session.Txn(Ops.Always(
            Ops.Put(session.Key("k")),
            Ops.Txn(new TxnRequest
            {
                Compare = { exists },
                Success = { Ops.Put(session.Key("seen")) },
                Failure = { Ops.Put(session.Key("unseen")) },
            })));

        Assert.False(response.Responses[1].ResponseTxn.Succeeded);
        Assert.Equal(["k", "unseen"], session.NamesOf((await session.Range(session.Everything)).Kvs));
    }

    [Theory, OnEveryTarget]
    public async Task Nested_operations_see_earlier_ones_and_share_the_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var before = await session.Revision();

        var response = await session.Txn(Ops.Always(
            Ops.Put(session.Key("a")),
            Ops.Txn(Ops.Always(Ops.Range(session.Key("a")), Ops.Put(session.Key("b")))),
            Ops.Range(session.Key("b"))));

        Assert.Equal(before + 1, response.Header.Revision);
        Assert.Single(response.Responses[1].ResponseTxn.Responses[0].ResponseRange.Kvs);
        Assert.Equal(before + 1, response.Responses[2].ResponseRange.Kvs.Single().ModRevision);
    }

    [Theory, OnEveryTarget]
    public async Task A_nested_header_has_revision_zero_and_its_operations_have_theirs(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var before = await session.Revision();

        var response = await session.Txn(Ops.Always(Ops.Txn(Ops.Always(Ops.Put(session.Key("k"))))));

        var nested = response.Responses[0].ResponseTxn;
        Assert.Equal(new ResponseHeader(), nested.Header);
        Assert.Equal(new ResponseHeader { Revision = before + 1 }, nested.Responses[0].ResponsePut.Header);
    }

    [Theory, OnEveryTarget]
    public async Task Nesting_goes_several_levels_deep(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var innermost = Ops.Always(Ops.Put(session.Key("deep"), "found"));

        var response = await session.Txn(Ops.Always(Ops.Txn(new TxnRequest
        {
            Compare = { Ops.Fails },
            Failure = { Ops.Txn(Ops.Always(Ops.Txn(innermost))) },
        })));

        Assert.NotNull(response.Responses[0].ResponseTxn.Responses[0].ResponseTxn.Responses[0].ResponseTxn.Responses[0].ResponsePut);
        Assert.Equal("found", (await session.Get("deep"))!.Value.ToStringUtf8());
    }

    [Theory, OnEveryTarget]
    public async Task A_nested_transaction_of_ranges_is_no_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.PutAll("a");

        var response = await session.Txn(Ops.Always(Ops.Txn(Ops.Always(Ops.Range(session.Key("a"))))));

        Assert.Equal(revision, response.Header.Revision);
        Assert.Single(response.Responses[0].ResponseTxn.Responses[0].ResponseRange.Kvs);
    }

    [Theory, OnEveryTarget]
    public async Task An_empty_nested_transaction_succeeds(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var response = await session.Txn(Ops.Always(Ops.Txn(new TxnRequest())));

        Assert.True(response.Responses[0].ResponseTxn.Succeeded);
        Assert.Empty(response.Responses[0].ResponseTxn.Responses);
    }

    [Theory, OnEveryTarget]
    public async Task Nested_keys_must_not_be_empty(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        await Refusal.EmptyKey.Answers(() => session.Txn(Ops.Always(Ops.Txn(Ops.Always(Ops.Put(Bytes.Of("")))))));
        await Refusal.EmptyKey.Answers(() => session.Txn(Ops.Always(Ops.Txn(new TxnRequest { Compare = { new Compare() } }))));
    }

    [Theory, OnEveryTarget]
    public async Task A_failing_nested_operation_rejects_the_whole_transaction(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.Revision();

        await Refusal.LeaseNotFound.Answers(() => session.Txn(Ops.Always(
            Ops.Put(session.Key("a")),
            Ops.Txn(Ops.Always(Ops.Put(session.Key("b"), lease: 4711))))));

        Assert.Empty((await session.Range(session.Everything)).Kvs);
        Assert.Equal(revision, await session.Revision());
    }
}
