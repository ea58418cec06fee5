namespace Coordination.Conformance.Tests;

public sealed class HealthTests(Servers servers) : IClassFixture<Servers>
{
    private static readonly Method<byte[], byte[]> Check = RawCalls.Unary("grpc.health.v1.Health", "Check");

    [Theory, OnEveryTarget]
    public async Task The_server_as_a_whole_is_serving(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        // Field 1, status SERVING.
        Assert.Equal([0x08, 1], await session.Call(Check, []));
    }

    [Theory, OnEveryTarget]
    public async Task An_unknown_service_is_not_found(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        // Field 1, the service "x".
        await new Refusal(StatusCode.NotFound, "unknown service").Answers(() => session.Call(Check, [0x0a, 1, (byte)'x']));
    }
}
