namespace Coordination.Conformance.Tests;

/// <summary>No branch may put a key twice, nor put a key that a range of the same branch deletes.</summary>
public sealed class DuplicateKeyTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Two_puts_of_a_key_are_refused(IConformanceTarget target) =>
        await Refuses(target, session => Ops.Always(Ops.Put(session.Key("k"), "1"), Ops.Put(session.Key("k"), "2")));

    [Theory, OnEveryTarget]
    public async Task A_put_before_a_delete_of_the_key_is_refused(IConformanceTarget target) =>
        await Refuses(target, session => Ops.Always(Ops.Put(session.Key("k")), Ops.Delete(session.Key("k"))));

    [Theory, OnEveryTarget]
    public async Task A_put_after_a_delete_of_the_key_is_refused(IConformanceTarget target) =>
        await Refuses(target, session => Ops.Always(Ops.Delete(session.Key("k")), Ops.Put(session.Key("k"))));

    [Theory, OnEveryTarget]
    public async Task A_put_inside_a_deleted_range_is_refused(IConformanceTarget target) =>
        await Refuses(target, session => Ops.Always(
            Ops.Delete(session.Key("a"), session.Key("z")), Ops.Put(session.Key("k"))));

    [Theory, OnEveryTarget]
    public async Task The_branch_not_taken_is_checked_too(IConformanceTarget target) =>
        await Refuses(target, session => new TxnRequest
        {
            Compare = { Ops.Holds },
            Failure = { Ops.Put(session.Key("k")), Ops.Put(session.Key("k")) },
        });

    [Theory, OnEveryTarget]
    public async Task A_nested_put_of_the_parents_key_is_refused(IConformanceTarget target) =>
        await Refuses(target, session => Ops.Always(
            Ops.Put(session.Key("k")), Ops.Txn(Ops.Always(Ops.Put(session.Key("k"))))));

    [Theory, OnEveryTarget]
    public async Task A_nested_put_inside_the_parents_deleted_range_is_refused(IConformanceTarget target) =>
        await Refuses(target, session => Ops.Always(
            Ops.Txn(Ops.Always(Ops.Put(session.Key("k")))), Ops.Delete(session.Key("a"), session.Key("z"))));

    [Theory, OnEveryTarget]
    public async Task A_parents_put_inside_a_nested_deleted_range_is_refused(IConformanceTarget target) =>
        await Refuses(target, session => Ops.Always(
            Ops.Put(session.Key("k")), Ops.Txn(Ops.Always(Ops.Delete(session.Key("a"), session.Key("z"))))));

    [Theory, OnEveryTarget]
    public async Task Two_nested_transactions_putting_a_key_are_refused(IConformanceTarget target) =>
        await Refuses(target, session => Ops.Always(
            Ops.Txn(Ops.Always(Ops.Put(session.Key("k")))), Ops.Txn(Ops.Always(Ops.Put(session.Key("k"))))));

    [Theory, OnEveryTarget]
    public async Task The_same_key_in_both_branches_is_fine(IConformanceTarget target) =>
        await Accepts(target, session => new TxnRequest
        {
            Success = { Ops.Put(session.Key("k")) },
            Failure = { Ops.Put(session.Key("k")) },
        });

    [Theory, OnEveryTarget]
    public async Task The_same_key_in_both_branches_of_a_nested_transaction_is_fine(IConformanceTarget target) =>
        await Accepts(target, session => Ops.Always(Ops.Txn(new TxnRequest
        {
            Success = { Ops.Put(session.Key("k")) },
            Failure = { Ops.Put(session.Key("k")) },
        })));

    [Theory, OnEveryTarget]
    public async Task Overlapping_deletes_are_fine(IConformanceTarget target) =>
        await Accepts(target, session => Ops.Always(
            Ops.Delete(session.Key("a"), session.Key("m")),
            Ops.Delete(session.Key("b"), session.Key("z")),
            Ops.Delete(session.Key("c")),
            Ops.Delete(session.Key("c"))));

    [Theory, OnEveryTarget]
    public async Task A_put_at_the_end_of_a_deleted_range_is_fine(IConformanceTarget target) =>
        await Accepts(target, session => Ops.Always(
            Ops.Delete(session.Key("a"), session.Key("k")), Ops.Put(session.Key("k"))));

    [Theory, OnEveryTarget]
    public async Task Reading_a_key_that_is_put_is_fine(IConformanceTarget target) =>
        await Accepts(target, session => Ops.Always(
            Ops.Range(session.Key("k")), Ops.Put(session.Key("k")), Ops.Range(session.Key("k"))));

    // A zero byte as range end is taken literally by the check, so that the range looks empty to it.
    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_put_after_a_delete_to_the_end_of_the_keyspace_is_fine_and_stays(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.PutAll("k", "l");

        var response = await session.Txn(Ops.Always(Ops.Delete(session.Key("a"), Bytes.Zero), Ops.Put(session.Key("k"))));

        Assert.Equal(2, response.Responses[0].ResponseDeleteRange.Deleted);
        var keyValue = Assert.Single((await session.Range(session.Everything)).Kvs);
        Assert.Equal((session.Key("k"), 1, response.Header.Revision), (keyValue.Key, keyValue.Version, keyValue.CreateRevision));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_put_before_a_delete_to_the_end_of_the_keyspace_is_fine_and_undone(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.PutAll("l");

        var response = await session.Txn(Ops.Always(Ops.Put(session.Key("k")), Ops.Delete(session.Key("a"), Bytes.Zero)));

        Assert.Equal(2, response.Responses[1].ResponseDeleteRange.Deleted);
        Assert.Empty((await session.Range(session.Everything)).Kvs);
    }

    private async Task Refuses(IConformanceTarget target, Func<Session, TxnRequest> request)
    {
        var session = await servers.Open(target);

        await Refusal.DuplicateKey.Answers(() => session.Txn(request(session)));
        Assert.Empty((await session.Range(session.Everything)).Kvs);
    }

    private async Task Accepts(IConformanceTarget target, Func<Session, TxnRequest> request)
    {
        var session = await servers.Open(target);

        Assert.True((await session.Txn(request(session))).Succeeded);
    }
}
