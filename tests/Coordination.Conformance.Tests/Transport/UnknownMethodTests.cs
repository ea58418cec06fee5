namespace Coordination.Conformance.Tests;

public sealed class UnknownMethodTests(Servers servers) : IClassFixture<Servers>
{
    [Theory]
    [OnEveryTarget("etcdserverpb.KV", "Nothing", "unknown method Nothing for service etcdserverpb.KV")]
    [OnEveryTarget("etcdserverpb.KV", "range", "unknown method range for service etcdserverpb.KV")]
    [OnEveryTarget("etcdserverpb.Watch", "Nothing", "unknown method Nothing for service etcdserverpb.Watch")]
    [OnEveryTarget("nosuch.Svc", "Nothing", "unknown service nosuch.Svc")]
    [OnEveryTarget("etcdserverpb.kv", "Range", "unknown service etcdserverpb.kv")]
    public async Task An_unknown_call_is_refused_by_name(IConformanceTarget target, string service, string method, string text)
    {
        var session = await servers.Open(target);

        await new Refusal(StatusCode.Unimplemented, text).Answers(() => session.Call(RawCalls.Unary(service, method), []));
    }

    [Theory, OnEveryTarget]
    public async Task Bytes_that_are_no_message_are_refused(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var error = await Assert.ThrowsAsync<RpcException>(
            () => session.Call(RawCalls.Unary("etcdserverpb.KV", "Range"), [0x0a, 0xff, 0xff]));

        Assert.Equal(StatusCode.Internal, error.StatusCode);
    }

    [Theory, OnEveryTarget]
    public async Task Unknown_fields_are_passed_over(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        // Field 1, the key "k", then field 200, a number nobody knows.
        var response = await session.Call(RawCalls.Unary("etcdserverpb.KV", "Range"), [0x0a, 1, (byte)'k', 0xc0, 0x0c, 1]);

        Assert.Equal(0, RangeResponse.Parser.ParseFrom(response).Count);
    }
}
