namespace Coordination.Conformance.Tests;

public sealed class TxnResponseTests(Servers servers) : IClassFixture<Servers>
{
    [Theory]
    [OnEveryTarget(true)]
    [OnEveryTarget(false)]
    public async Task Only_the_chosen_branch_is_applied(IConformanceTarget target, bool holds)
    {
        var session = await servers.Open(target);

        var response = await session.Txn(new TxnRequest
        {
            Compare = { holds ? Ops.Holds : Ops.Fails },
            Success = { Ops.Put(session.Key("then")) },
            Failure = { Ops.Put(session.Key("else")), Ops.Range(session.Key("else")) },
        });

        Assert.Equal(holds, response.Succeeded);
        Assert.Equal(holds ? 1 : 2, response.Responses.Count);
        Assert.Equal([holds ? "then" : "else"], session.NamesOf((await session.Range(session.Everything)).Kvs));
    }

    [Theory, OnEveryTarget]
    public async Task An_empty_transaction_succeeds_without_a_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.Revision();

        var response = await session.Txn(new TxnRequest());

        Assert.True(response.Succeeded);
        Assert.Empty(response.Responses);
        Assert.Equal(revision, response.Header.Revision);
        Assert.NotEqual(0UL, response.Header.MemberId);
    }

    [Theory, OnEveryTarget]
    public async Task An_empty_branch_is_no_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.Revision();

        var response = await session.Txn(new TxnRequest { Compare = { Ops.Fails }, Success = { Ops.Put(session.Key("k")) } });

        Assert.False(response.Succeeded);
        Assert.Equal(revision, response.Header.Revision);
        Assert.Equal(revision, await session.Revision());
    }

    [Theory, OnEveryTarget]
    public async Task All_changes_share_one_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var before = await session.PutAll("old");

        var response = await session.Txn(
            Ops.Always(Ops.Put(session.Key("a")), Ops.Delete(session.Key("old")), Ops.Put(session.Key("b"))));

        Assert.Equal(before + 1, response.Header.Revision);
        Assert.Equal(before + 1, (await session.Get("a"))!.ModRevision);
        Assert.Equal(before + 1, (await session.Get("b"))!.ModRevision);
        Assert.Equal(before + 1, await session.Revision());
    }

    [Theory, OnEveryTarget]
    public async Task Inner_headers_tell_only_the_revision_which_grows_with_the_first_change(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var before = await session.PutAll("old");

        var response = await session.Txn(Ops.Always(
            Ops.Range(session.Key("old")),
            Ops.Delete(session.Key("missing")),
            Ops.Put(session.Key("a")),
            Ops.Range(session.Key("a")),
            Ops.Delete(session.Key("missing"))));

        ResponseHeader[] headers =
        [
            response.Responses[0].ResponseRange.Header,
            response.Responses[1].ResponseDeleteRange.Header,
            response.Responses[2].ResponsePut.Header,
            response.Responses[3].ResponseRange.Header,
            response.Responses[4].ResponseDeleteRange.Header,
        ];
        Assert.Equal([before, before, before + 1, before + 1, before + 1], headers.Select(header => header.Revision));
        Assert.All(headers, header => Assert.Equal((0UL, 0UL, 0UL), (header.ClusterId, header.MemberId, header.RaftTerm)));
    }

    [Theory, OnEveryTarget]
    public async Task Later_operations_see_earlier_ones(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("a");

        var response = await session.Txn(Ops.Always(
            Ops.Put(session.Key("b"), "new"),
            Ops.Range(session.Key(""), session.End),
            Ops.Delete(session.Key("a")),
            Ops.Range(session.Key(""), session.End)));

        Assert.Equal(["a", "b"], session.NamesOf(response.Responses[1].ResponseRange.Kvs));
        Assert.Equal(1, response.Responses[2].ResponseDeleteRange.Deleted);
        Assert.Equal(["b"], session.NamesOf(response.Responses[3].ResponseRange.Kvs));
    }

    [Theory, OnEveryTarget]
    public async Task Prev_kv_inside_a_transaction_is_the_state_before_that_operation(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k", "before");
        await session.Put("gone", "was here");

        var response = await session.Txn(Ops.Always(
            new RequestOp { RequestPut = new PutRequest { Key = session.Key("k"), Value = Bytes.Of("after"), PrevKv = true } },
            new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = session.Key("gone"), PrevKv = true } }));

        Assert.Equal("before", response.Responses[0].ResponsePut.PrevKv.Value.ToStringUtf8());
        Assert.Equal("was here", Assert.Single(response.Responses[1].ResponseDeleteRange.PrevKvs).Value.ToStringUtf8());
    }

    [Theory, OnEveryTarget]
    public async Task A_range_inside_a_transaction_can_read_the_past(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var past = (await session.Put("k", "past")).Header.Revision;
        await session.Put("k", "present");

        var response = await session.Txn(Ops.Always(
            Ops.Put(session.Key("other")), Ops.Range(session.Key("k"), revision: past)));

        Assert.Equal("past", Assert.Single(response.Responses[1].ResponseRange.Kvs).Value.ToStringUtf8());
    }

    [Theory]
    [OnEveryTarget(false)]
    [OnEveryTarget(true)]
    public async Task A_transaction_of_ranges_only_is_no_revision(IConformanceTarget target, bool serializable)
    {
        var session = await servers.Open(target);
        var revision = await session.PutAll("a", "b");
        var first = Ops.Range(session.Key("a"));
        var second = Ops.Range(session.Key("b"));
        first.RequestRange.Serializable = serializable;
        second.RequestRange.Serializable = serializable;

        var response = await session.Txn(Ops.Always(first, second));

        Assert.Equal(revision, response.Header.Revision);
        Assert.Equal(["a", "b"], response.Responses.Select(part => session.NameOf(part.ResponseRange.Kvs.Single().Key)));
        Assert.Equal(revision, await session.Revision());
    }

    [Theory, OnEveryTarget]
    public async Task A_transaction_that_deletes_nothing_is_no_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.PutAll("a");

        var response = await session.Txn(Ops.Always(Ops.Delete(session.Key("missing"))));

        Assert.Equal(revision, response.Header.Revision);
        Assert.Equal(0, response.Responses[0].ResponseDeleteRange.Deleted);
    }

    [Theory, OnEveryTarget]
    public async Task Create_if_absent_succeeds_once(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        TxnRequest Create(string value) => new()
        {
            Compare = { new Compare { Key = session.Key("k"), Target = Compare.Types.CompareTarget.Mod } },
            Success = { Ops.Put(session.Key("k"), value) },
            Failure = { Ops.Range(session.Key("k")) },
        };

        Assert.True((await session.Txn(Create("first"))).Succeeded);
        var second = await session.Txn(Create("second"));

        Assert.False(second.Succeeded);
        Assert.Equal("first", second.Responses[0].ResponseRange.Kvs.Single().Value.ToStringUtf8());
    }
}
