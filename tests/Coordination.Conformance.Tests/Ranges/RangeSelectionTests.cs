using Google.Protobuf;

namespace Coordination.Conformance.Tests;

public sealed class RangeSelectionTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Range_without_end_returns_the_key_alone(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("a", "aa", "b");

        var response = await session.Range(new RangeRequest { Key = session.Key("a") });

        Assert.Equal(["a"], session.NamesOf(response.Kvs));
        Assert.Equal(1, response.Count);
        Assert.False(response.More);
    }

    [Theory, OnEveryTarget]
    public async Task Range_of_a_missing_key_is_empty_and_no_error(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var response = await session.Range(new RangeRequest { Key = session.Key("missing") });

        Assert.Empty(response.Kvs);
        Assert.Equal(0, response.Count);
        Assert.False(response.More);
        Assert.True(response.Header.Revision > 0);
    }

    [Theory, OnEveryTarget]
    public async Task Range_excludes_its_end_and_is_in_key_order(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("d", "b", "a", "c", "ba");

        var response = await session.Range(new RangeRequest { Key = session.Key("a"), RangeEnd = session.Key("c") });

        Assert.Equal(["a", "b", "ba"], session.NamesOf(response.Kvs));
        Assert.Equal(3, response.Count);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Range_with_a_zero_byte_as_end_has_no_end(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.PutAll("a", "b", "c");

        var response = await session.Range(new RangeRequest { Key = session.Key("b"), RangeEnd = Bytes.Zero });

        Assert.Equal(["b", "c"], session.NamesOf(response.Kvs));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Range_with_zero_bytes_as_key_and_end_returns_everything(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        ByteString[] keys = [Bytes.Of("plain"), Bytes.Zero, Bytes.Of(0xff, 0xff), Bytes.Of(0, 0)];
        foreach (var key in keys)
        {
            await session.Put(new PutRequest { Key = key });
        }

        var response = await session.Range(new RangeRequest { Key = Bytes.Zero, RangeEnd = Bytes.Zero });

        Assert.Equal([Bytes.Zero, Bytes.Of(0, 0), Bytes.Of("plain"), Bytes.Of(0xff, 0xff)], response.Kvs.Select(kv => kv.Key));
        Assert.Equal(4, response.Count);
    }

    [Theory]
    [OnEveryTarget("b", "b")]
    [OnEveryTarget("b", "a")]
    public async Task Range_that_ends_before_it_begins_is_empty(IConformanceTarget target, string key, string end)
    {
        var session = await servers.Open(target);
        await session.PutAll("a", "b", "c");

        var response = await session.Range(new RangeRequest { Key = session.Key(key), RangeEnd = session.Key(end) });

        Assert.Empty(response.Kvs);
        Assert.Equal(0, response.Count);
    }

    [Theory]
    [OnEveryTarget("")]
    [OnEveryTarget("z")]
    [OnEveryTarget("\0")]
    public async Task Range_needs_a_key(IConformanceTarget target, string end)
    {
        var session = await servers.Open(target);

        await Refusal.EmptyKey.Answers(() => session.Range(new RangeRequest { RangeEnd = Bytes.Of(end) }));
    }

    [Theory, OnEveryTarget]
    public async Task Range_orders_keys_as_unsigned_bytes(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        ByteString Key(byte last) => ByteString.CopyFrom([.. session.Key("k").Span, last]);
        foreach (byte last in (byte[])[0x80, 0x7f, 0xff, 0x00])
        {
            await session.Put(new PutRequest { Key = Key(last) });
        }

        var response = await session.Range(session.Everything);

        Assert.Equal([Key(0x00), Key(0x7f), Key(0x80), Key(0xff)], response.Kvs.Select(kv => kv.Key));
    }

    [Theory, OnEveryTarget]
    public async Task Range_tells_metadata_of_each_key(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        var created = (await session.Put("k", "first")).Header.Revision;
        var changed = (await session.Put("k", "second", lease)).Header.Revision;

        var keyValue = Assert.Single((await session.Range(session.Everything)).Kvs);

        Assert.Equal(created, keyValue.CreateRevision);
        Assert.Equal(changed, keyValue.ModRevision);
        Assert.Equal(2, keyValue.Version);
        Assert.Equal("second", keyValue.Value.ToStringUtf8());
        Assert.Equal(lease, keyValue.Lease);
    }

    [Theory]
    [OnEveryTarget(true)]
    [OnEveryTarget(false)]
    public async Task Range_sees_an_acknowledged_put(IConformanceTarget target, bool serializable)
    {
        var session = await servers.Open(target);
        var put = await session.Put("k", "v");

        var response = await session.Range(new RangeRequest { Key = session.Key("k"), Serializable = serializable });

        Assert.Equal("v", Assert.Single(response.Kvs).Value.ToStringUtf8());
        Assert.Equal(put.Header.Revision, response.Header.Revision);
    }

    [Theory, OnEveryTarget]
    public async Task Header_tells_cluster_member_and_term(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var header = (await session.Range(session.Everything)).Header;

        Assert.NotEqual(0UL, header.ClusterId);
        Assert.NotEqual(0UL, header.MemberId);
        Assert.NotEqual(0UL, header.RaftTerm);
    }
}
