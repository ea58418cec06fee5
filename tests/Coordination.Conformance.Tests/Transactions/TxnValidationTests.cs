namespace Coordination.Conformance.Tests;

/// <summary>What is wrong with the chosen branch is found before anything of it is applied.</summary>
public sealed class TxnValidationTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task An_unknown_lease_rejects_everything(IConformanceTarget target) =>
        await Rejects(target, Refusal.LeaseNotFound, session => Ops.Put(session.Key("bad"), lease: 4711));

    [Theory, OnEveryTarget]
    public async Task A_missing_key_rejects_everything_when_its_value_is_to_be_kept(IConformanceTarget target) =>
        await Rejects(target, Refusal.KeyNotFound, session =>
            new RequestOp { RequestPut = new PutRequest { Key = session.Key("bad"), IgnoreValue = true } });

    [Theory, OnEveryTarget]
    public async Task A_missing_key_rejects_everything_when_its_lease_is_to_be_kept(IConformanceTarget target) =>
        await Rejects(target, Refusal.KeyNotFound, session =>
            new RequestOp { RequestPut = new PutRequest { Key = session.Key("bad"), IgnoreLease = true } });

    [Theory, OnEveryTarget]
    public async Task A_value_with_ignore_value_rejects_everything(IConformanceTarget target) =>
        await Rejects(target, Refusal.ValueProvided, session => new RequestOp
        {
            RequestPut = new PutRequest { Key = session.Key("bad"), IgnoreValue = true, Value = Bytes.Of("v") },
        });

    [Theory, OnEveryTarget]
    public async Task A_lease_with_ignore_lease_rejects_everything(IConformanceTarget target) =>
        await Rejects(target, Refusal.LeaseProvided, session => new RequestOp
        {
            RequestPut = new PutRequest { Key = session.Key("bad"), IgnoreLease = true, Lease = 1 },
        });

    [Theory, OnEveryTarget]
    public async Task A_range_at_a_future_revision_rejects_everything(IConformanceTarget target) =>
        await Rejects(target, Refusal.FutureRevision, session => Ops.Range(session.Key("k"), revision: 1_000_000));

    [Theory, OnEveryTarget]
    public async Task An_operation_that_says_nothing_is_refused(IConformanceTarget target) =>
        await Rejects(target, Refusal.KeyNotFound, _ => new RequestOp());

    [Theory]
    [OnEveryTarget("put")]
    [OnEveryTarget("delete")]
    [OnEveryTarget("range")]
    public async Task An_empty_key_rejects_everything(IConformanceTarget target, string operation) =>
        await Rejects(target, Refusal.EmptyKey, _ => operation switch
        {
            "put" => Ops.Put(Bytes.Of("")),
            "delete" => Ops.Delete(Bytes.Of("")),
            _ => Ops.Range(Bytes.Of(""), Bytes.Zero),
        });

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_range_at_a_compacted_revision_rejects_everything(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var first = await session.PutAll("k");
        await session.Compact(new CompactionRequest { Revision = await session.PutAll("k") });
        var revision = await session.Revision();

        await Refusal.Compacted.Answers(() => session.Txn(Ops.Always(
            Ops.Put(session.Key("good")), Ops.Range(session.Key("k"), revision: first))));

        Assert.Equal(revision, await session.Revision());
    }

    [Theory, OnEveryTarget]
    public async Task The_branch_not_taken_is_not_held_against_the_state(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var response = await session.Txn(new TxnRequest
        {
            Compare = { Ops.Holds },
            Success = { Ops.Put(session.Key("good")) },
            Failure = { Ops.Put(session.Key("bad"), lease: 4711), Ops.Range(session.Key("k"), revision: 1_000_000) },
        });

        Assert.True(response.Succeeded);
    }

    [Theory, OnEveryTarget]
    public async Task A_key_put_earlier_in_the_transaction_does_not_count_as_existing(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        await Refusal.KeyNotFound.Answers(() => session.Txn(Ops.Always(
            Ops.Put(session.Key("a")),
            new RequestOp { RequestPut = new PutRequest { Key = session.Key("b"), IgnoreValue = true } })));
    }

    private async Task Rejects(IConformanceTarget target, Refusal refusal, Func<Session, RequestOp> bad)
    {
        var session = await servers.Open(target);
        var revision = await session.Revision();

        await refusal.Answers(() => session.Txn(Ops.Always(Ops.Put(session.Key("good")), bad(session))));

        Assert.Null(await session.Get("good"));
        Assert.Equal(revision, await session.Revision());
    }
}
