using System.Security.Cryptography;
using Google.Protobuf;

namespace Coordination.Conformance.Tests;

public sealed class KeyShapeTests(Servers servers) : IClassFixture<Servers>
{
    [Theory]
    [OnEveryTarget("ключ/鍵/مفتاح")]
    [OnEveryTarget("\U0001F511 with spaces\t\r\n")]
    [OnEveryTarget("e\u0301 is not é")]
    [OnEveryTarget("//..//./")]
    [OnEveryTarget("%00%2f\\\"'")]
    public async Task Text_is_not_interpreted(IConformanceTarget target, string text)
    {
        var session = await servers.Open(target);
        await session.Put(text, text);

        var keyValue = Assert.Single((await session.Range(session.Everything)).Kvs);

        Assert.Equal(session.Key(text), keyValue.Key);
        Assert.Equal(Bytes.Of(text), keyValue.Value);
    }

    [Theory, OnEveryTarget]
    public async Task Keys_that_differ_by_unicode_normalization_are_two(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("e\u0301", "\u00e9");

        Assert.Equal(2, (await session.Range(session.Everything)).Count);
    }

    [Theory, OnEveryTarget]
    public async Task Bytes_that_are_no_text_come_back_unchanged(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        byte[] every = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        var key = ByteString.CopyFrom([.. session.Key("").Span, .. every]);

        await session.Put(new PutRequest { Key = key, Value = ByteString.CopyFrom(every) });

        var keyValue = Assert.Single((await session.Range(session.Everything)).Kvs);
        Assert.Equal(key, keyValue.Key);
        Assert.Equal(ByteString.CopyFrom(every), keyValue.Value);
    }

    [Theory, OnEveryTarget]
    public async Task A_key_followed_by_a_zero_byte_is_the_next_key(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("k", "k\0", "k\0\0");

        var response = await session.Range(new RangeRequest { Key = session.Key("k"), RangeEnd = session.Key("k\0") });

        Assert.Equal(["k"], session.NamesOf(response.Kvs));
    }

    [Theory]
    [OnEveryTarget(64 * 1024)]
    [OnEveryTarget(1024 * 1024)]
    public async Task Long_keys_work_like_short_ones(IConformanceTarget target, int length)
    {
        var session = await servers.Open(target);
        var longest = new string('k', length);
        await session.Put(longest, "1");
        await session.Put(longest + "!", "2");

        Assert.Equal("1", (await session.Get(longest))!.Value.ToStringUtf8());
        Assert.Equal(1, (await session.Delete(longest)).Deleted);
        Assert.Equal("2", Assert.Single((await session.Range(session.Everything)).Kvs).Value.ToStringUtf8());
    }

    [Theory, OnEveryTarget]
    public async Task Incompressible_values_come_back_unchanged(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var value = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(1024 * 1024));

        await session.Put(new PutRequest { Key = session.Key("k"), Value = value });

        Assert.Equal(value, (await session.Get("k"))!.Value);
    }
}
