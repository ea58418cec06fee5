namespace Coordination.Conformance.Tests;

public sealed class PutTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Each_put_is_one_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var first = await session.Put("a", "1");
        var second = await session.Put("a", "1");

        Assert.Equal(first.Header.Revision + 1, second.Header.Revision);
        Assert.Null(first.PrevKv);
        Assert.Null(second.PrevKv);
    }

    [Theory, OnEveryTarget]
    public async Task Version_and_create_revision_start_anew_after_a_deletion(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("k", "k", "k");
        await session.Delete("k");
        var created = await session.PutAll("k");

        var keyValue = await session.Get("k");

        Assert.Equal((1, created, created), (keyValue!.Version, keyValue.CreateRevision, keyValue.ModRevision));
    }

    [Theory, OnEveryTarget]
    public async Task Prev_kv_is_the_key_before_the_put(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        await session.Put("k", "before", lease);
        var before = await session.Get("k");

        var response = await session.Put(new PutRequest { Key = session.Key("k"), Value = Bytes.Of("after"), PrevKv = true });

        Assert.Equal(before, response.PrevKv);
    }

    [Theory]
    [OnEveryTarget(false)]
    [OnEveryTarget(true)]
    public async Task Prev_kv_of_a_new_key_is_absent(IConformanceTarget target, bool deletedBefore)
    {
        var session = await servers.Open(target);
        if (deletedBefore)
        {
            await session.Put("k", "old");
            await session.Delete("k");
        }

        Assert.Null((await session.Put(new PutRequest { Key = session.Key("k"), PrevKv = true })).PrevKv);
    }

    [Theory, OnEveryTarget]
    public async Task Empty_value_is_a_value(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k", "something");
        await session.Put("k");

        var keyValue = await session.Get("k");

        Assert.Empty(keyValue!.Value);
        Assert.Equal(2, keyValue.Version);
    }

    [Theory, OnEveryTarget]
    public async Task Ignore_value_keeps_the_value_and_counts_as_a_change(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k", "kept");
        var lease = await session.Grant();

        await session.Put(new PutRequest { Key = session.Key("k"), IgnoreValue = true, Lease = lease });

        var keyValue = await session.Get("k");
        Assert.Equal(("kept", 2, lease), (keyValue!.Value.ToStringUtf8(), keyValue.Version, keyValue.Lease));
    }

    [Theory, OnEveryTarget]
    public async Task Ignore_value_without_lease_detaches_the_lease(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k", "kept", await session.Grant());

        await session.Put(new PutRequest { Key = session.Key("k"), IgnoreValue = true });

        Assert.Equal(0, (await session.Get("k"))!.Lease);
    }

    [Theory, OnEveryTarget]
    public async Task Ignore_lease_keeps_the_lease(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        await session.Put("k", "1", lease);

        await session.Put(new PutRequest { Key = session.Key("k"), Value = Bytes.Of("2"), IgnoreLease = true });

        var keyValue = await session.Get("k");
        Assert.Equal(("2", lease), (keyValue!.Value.ToStringUtf8(), keyValue.Lease));
        Assert.Equal([session.Key("k")], (await session.TimeToLive(lease, keys: true)).Keys);
    }

    [Theory, OnEveryTarget]
    public async Task Ignoring_both_value_and_lease_is_a_touch(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        await session.Put("k", "kept", lease);

        var touched = await session.Put(
            new PutRequest { Key = session.Key("k"), IgnoreValue = true, IgnoreLease = true, PrevKv = true });

        var keyValue = await session.Get("k");
        Assert.Equal("kept", touched.PrevKv.Value.ToStringUtf8());
        Assert.Equal(("kept", lease, 2, touched.Header.Revision),
            (keyValue!.Value.ToStringUtf8(), keyValue.Lease, keyValue.Version, keyValue.ModRevision));
    }
}
