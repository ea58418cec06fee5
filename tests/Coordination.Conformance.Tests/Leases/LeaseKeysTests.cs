namespace Coordination.Conformance.Tests;

public sealed class LeaseKeysTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Revoking_deletes_all_keys_in_one_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        await session.Put("b", "", lease);
        await session.Put("a", "", lease);
        var before = (await session.Put("other")).Header.Revision;

        var response = await session.Revoke(lease);

        Assert.Equal(before + 1, response.Header.Revision);
        Assert.Equal(["other"], session.NamesOf((await session.Range(session.Everything)).Kvs));
        Assert.Equal(before + 1, await session.Revision());
    }

    [Theory, OnEveryTarget]
    public async Task Revoked_keys_are_deleted_in_key_order(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        foreach (var name in new[] { "c", "a", "b" })
        {
            await session.Put(name, "", lease);
        }

        using var watch = session.Watch();
        await watch.Watch(new WatchCreateRequest { Key = session.Key(""), RangeEnd = session.End });
        var revision = (await session.Revoke(lease)).Header.Revision;

        var response = await watch.Next();

        Assert.Equal(["a", "b", "c"], response.Events.Select(change => session.NameOf(change.Kv.Key)));
        Assert.All(response.Events, change => Assert.Equal(
            (Event.Types.EventType.Delete, revision), (change.Type, change.Kv.ModRevision)));
    }

    [Theory, OnEveryTarget]
    public async Task Revoking_a_lease_without_keys_is_no_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.Revision();

        var response = await session.Revoke(await session.Grant());

        Assert.Equal(revision, response.Header.Revision);
    }

    [Theory]
    [OnEveryTarget(4711)]
    [OnEveryTarget(0)]
    public async Task Revoking_an_unknown_lease_is_refused(IConformanceTarget target, long lease)
    {
        var session = await servers.Open(target);

        await Refusal.LeaseNotFound.Answers(() => session.Revoke(lease));
    }

    [Theory, OnEveryTarget]
    public async Task A_lease_is_revoked_once(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        await session.Revoke(lease);

        await Refusal.LeaseNotFound.Answers(() => session.Revoke(lease));
    }

    [Theory, OnEveryTarget]
    public async Task A_put_without_lease_detaches_the_key(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        await session.Put("k", "1", lease);
        await session.Put("k", "2");

        Assert.Empty((await session.TimeToLive(lease, keys: true)).Keys);
        await session.Revoke(lease);
        Assert.Equal("2", (await session.Get("k"))!.Value.ToStringUtf8());
    }

    [Theory, OnEveryTarget]
    public async Task A_put_with_another_lease_moves_the_key(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var first = await session.Grant();
        var second = await session.Grant();
        await session.Put("k", "1", first);
        await session.Put("k", "2", second);

        await session.Revoke(first);
        Assert.Equal(second, (await session.Get("k"))!.Lease);
        await session.Revoke(second);
        Assert.Null(await session.Get("k"));
    }

    [Theory, OnEveryTarget]
    public async Task A_deleted_key_is_detached(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        await session.Put("k", "", lease);
        await session.Delete("k");
        await session.Put("k", "again");

        await session.Revoke(lease);

        Assert.NotNull(await session.Get("k"));
    }

    [Theory, OnEveryTarget]
    public async Task Time_to_live_tells_what_is_left_and_the_keys_when_asked(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant(100);
        await session.Put("b", "", lease);
        await session.Put("a", "", lease);

        var brief = await session.TimeToLive(lease);
        var full = await session.TimeToLive(lease, keys: true);

        Assert.Equal((lease, 100), (brief.ID, brief.GrantedTTL));
        Assert.InRange(brief.TTL, 90, 100);
        Assert.Empty(brief.Keys);
        Assert.Equal([session.Key("a"), session.Key("b")], full.Keys.Order(Comparer<Google.Protobuf.ByteString>.Create(
            (left, right) => left.Span.SequenceCompareTo(right.Span))));
        Assert.Equal(await session.Revision(), full.Header.Revision);
    }

    [Theory, OnEveryTarget]
    public async Task Time_to_live_of_an_unknown_lease_is_minus_one_and_no_error(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var response = await session.TimeToLive(4711, keys: true);

        Assert.Equal((4711, -1, 0), (response.ID, response.TTL, response.GrantedTTL));
        Assert.Empty(response.Keys);
        Assert.True(response.Header.Revision > 0);
    }

    [Theory, OnEveryTarget]
    public async Task A_transaction_can_attach_many_keys(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        await session.Txn(Ops.Always(Ops.Put(session.Key("a"), lease: lease), Ops.Put(session.Key("b"), lease: lease)));

        Assert.Equal(2, (await session.TimeToLive(lease, keys: true)).Keys.Count);
        await session.Revoke(lease);
        Assert.Empty((await session.Range(session.Everything)).Kvs);
    }
}
