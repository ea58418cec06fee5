namespace Coordination.Conformance.Tests;

public sealed class RequestSizeTests(Servers servers) : IClassFixture<Servers>
{
    private const int RequestMax = 1_572_864;
    private const int MessageMax = 2_097_152;

    // What a proposal carries besides the value: key, ids, framing.
    private const int Overhead = 512;

    /// <summary>Of the request and its value, each a byte and three, and of its key, a byte and one.</summary>
    private const int TagsAndLengths = 10;

    [Theory, OnEveryTarget]
    public async Task A_put_just_below_the_limit_is_accepted(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var value = Bytes.Repeated('v', RequestMax - Overhead);

        await session.Put(new PutRequest { Key = session.Key("k"), Value = value });

        Assert.Equal(value, (await session.Get("k"))!.Value);
    }

    [Theory]
    [OnEveryTarget(RequestMax)]
    [OnEveryTarget(MessageMax - Overhead)]
    public async Task A_put_above_the_limit_is_refused(IConformanceTarget target, int size)
    {
        var session = await servers.Open(target);

        await Refusal.RequestTooLarge.Answers(() => session.Put(
            new PutRequest { Key = session.Key("k"), Value = Bytes.Repeated('v', size) }));
    }

    /// <summary>What the log holds besides begins with a number, which begins with the last two bytes of the member's id.</summary>
    [Theory, OnEveryTarget]
    public async Task The_limit_is_exact(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var key = session.Key("k");
        var member = (await session.Put(new PutRequest { Key = key, Value = Bytes.Of("v") })).Header.MemberId;
        var header = (member & 0x8000) != 0 ? 14 : 13;
        var largest = RequestMax - header - TagsAndLengths - key.Length;

        await session.Put(new PutRequest { Key = key, Value = Bytes.Repeated('v', largest) });
        await Refusal.RequestTooLarge.Answers(
            () => session.Put(new PutRequest { Key = key, Value = Bytes.Repeated('v', largest + 1) }));
    }

    [Theory, OnEveryTarget]
    public async Task A_key_counts_like_a_value(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        await Refusal.RequestTooLarge.Answers(() => session.Put(new PutRequest { Key = Bytes.Repeated('k', RequestMax) }));
    }

    [Theory, OnEveryTarget]
    public async Task A_transaction_counts_as_a_whole(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        await Refusal.RequestTooLarge.Answers(() => session.Txn(new TxnRequest
        {
            Success = { Enumerable.Range(0, 100).Select(index => Ops.Put(session.Key($"{index}"), new string('v', 16 * 1024))) },
        }));
        Assert.Empty((await session.Range(session.Everything)).Kvs);
    }

    [Theory, OnEveryTarget]
    public async Task A_message_above_the_transports_limit_is_refused_before_it_is_looked_at(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var request = new PutRequest { Value = Bytes.Repeated('v', MessageMax) };

        await TooLargeMessage(request, MessageMax).Answers(() => session.Put(request));
    }

    [Theory, OnEveryTarget]
    public async Task A_connection_survives_a_message_that_is_too_large(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(session.Key("k"));
        var request = new PutRequest { Key = session.Key("k"), Value = Bytes.Repeated('v', 2 * MessageMax) };

        await TooLargeMessage(request, MessageMax).Answers(() => session.Put(request));
        await session.PutAll("k");

        Assert.Equal("k", Assert.Single((await stream.Next()).Events).Kv.Value.ToStringUtf8());
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Both_limits_follow_the_setting(IConformanceTarget target)
    {
        await using var server = await Server.Start(target, new ServerSettings { MaxRequestBytes = 10_000 });
        var session = server.OpenSession(target);

        await session.Put("k", new string('v', 9_000));
        await Refusal.RequestTooLarge.Answers(() => session.Put("k", new string('v', 10_000)));
        var message = new PutRequest { Key = session.Key("k"), Value = Bytes.Repeated('v', 600_000) };
        await TooLargeMessage(message, 10_000 + (512 * 1024)).Answers(() => session.Put(message));
    }

    [Theory, OnEveryTarget]
    public async Task An_answer_may_be_larger_than_any_request(IConformanceTarget target)
    {
        const int Size = 1024 * 1024;
        var session = await servers.Open(target);
        for (var key = 0; key < 6; key++)
        {
            await session.Put($"{key}", new string('v', Size));
        }

        var response = await session.Range(session.Everything);

        Assert.Equal(6 * Size, response.Kvs.Sum(kv => kv.Value.Length));
    }

    private static Refusal TooLargeMessage(PutRequest message, int limit) => new(
        StatusCode.ResourceExhausted, $"grpc: received message larger than max ({message.CalculateSize()} vs. {limit})");
}
