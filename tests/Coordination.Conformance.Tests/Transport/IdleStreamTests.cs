namespace Coordination.Conformance.Tests;

/// <summary>Streams are quiet for hours in practice. Here, for longer than web servers grant a request by default.</summary>
public sealed class IdleStreamTests(Servers servers) : IClassFixture<Servers>
{
    private const long SilenceSeconds = 8;

    [Theory, OnEveryTarget]
    public async Task Quiet_streams_stay_open(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var kept = await session.Grant();
        var expiring = await session.Grant(SilenceSeconds);
        await session.Put("k", "", expiring);
        using var keepAlive = session.KeepAlive();
        await keepAlive.Renew(kept);
        using var watch = session.Watch();
        await watch.Watch(session.Key("k"));

        // Nothing is sent in either direction until the lease expires.
        Assert.Equal(Event.Types.EventType.Delete, Assert.Single((await watch.Next()).Events).Type);

        Assert.Equal(60, (await keepAlive.Renew(kept)).TTL);
        await watch.Cancel(0);
        Assert.True((await watch.Next()).Canceled);
    }
}
