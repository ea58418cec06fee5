namespace Coordination.Conformance.Tests;

public sealed class DeleteRangeTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Delete_removes_the_key_alone(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var before = await session.PutAll("a", "aa", "b");

        var response = await session.Delete("a");

        Assert.Equal((1, before + 1), (response.Deleted, response.Header.Revision));
        Assert.Empty(response.PrevKvs);
        Assert.Equal(["aa", "b"], session.NamesOf((await session.Range(session.Everything)).Kvs));
    }

    [Theory, OnEveryTarget]
    public async Task Deleting_nothing_is_no_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.PutAll("a");

        var response = await session.Delete(new DeleteRangeRequest { Key = session.Key("b"), PrevKv = true });

        Assert.Equal((0, revision), (response.Deleted, response.Header.Revision));
        Assert.Empty(response.PrevKvs);
        Assert.Equal(revision, await session.Revision());
    }

    [Theory, OnEveryTarget]
    public async Task A_range_is_deleted_in_one_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var before = await session.PutAll("a", "b", "c", "d");

        var response = await session.Delete(new DeleteRangeRequest { Key = session.Key("b"), RangeEnd = session.Key("d") });

        Assert.Equal((2, before + 1), (response.Deleted, response.Header.Revision));
        Assert.Equal(["a", "d"], session.NamesOf((await session.Range(session.Everything)).Kvs));
    }

    [Theory, OnEveryTarget]
    public async Task Prev_kvs_are_the_deleted_keys_in_key_order(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("c", "a", "b", "a");
        var before = (await session.Range(session.Everything)).Kvs;

        var response = await session.Delete(
            new DeleteRangeRequest { Key = session.Key(""), RangeEnd = session.End, PrevKv = true });

        Assert.Equal(before, response.PrevKvs);
        Assert.Equal(3, response.Deleted);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Zero_byte_as_end_deletes_the_key_and_all_after_it(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.PutAll("a", "b", "c");
        await session.Put(new PutRequest { Key = Bytes.Of(0xff) });

        var response = await session.Delete(new DeleteRangeRequest { Key = session.Key("b"), RangeEnd = Bytes.Zero });

        Assert.Equal(3, response.Deleted);
        Assert.Equal(["a"], session.NamesOf((await session.Range(session.Everything)).Kvs));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Zero_bytes_as_key_and_end_delete_everything(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.PutAll("a", "b");
        await session.Put(new PutRequest { Key = Bytes.Zero });

        Assert.Equal(3, (await session.Delete(new DeleteRangeRequest { Key = Bytes.Zero, RangeEnd = Bytes.Zero })).Deleted);
    }

    [Theory]
    [OnEveryTarget("b", "b")]
    [OnEveryTarget("b", "a")]
    public async Task A_range_that_ends_before_it_begins_deletes_nothing(IConformanceTarget target, string key, string end)
    {
        var session = await servers.Open(target);
        var revision = await session.PutAll("a", "b");

        var response = await session.Delete(new DeleteRangeRequest { Key = session.Key(key), RangeEnd = session.Key(end) });

        Assert.Equal((0, revision), (response.Deleted, response.Header.Revision));
    }

    [Theory]
    [OnEveryTarget("")]
    [OnEveryTarget("z")]
    [OnEveryTarget("\0")]
    public async Task Delete_needs_a_key(IConformanceTarget target, string end)
    {
        var session = await servers.Open(target);

        await Refusal.EmptyKey.Answers(() => session.Delete(new DeleteRangeRequest { RangeEnd = Bytes.Of(end) }));
    }

    [Theory, OnEveryTarget]
    public async Task Deleting_twice_deletes_once(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k");

        Assert.Equal(1, (await session.Delete("k")).Deleted);
        Assert.Equal(0, (await session.Delete("k")).Deleted);
    }
}
