namespace Coordination.Conformance.Tests;

public sealed class LeaseKeepAliveTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Keep_alive_restores_the_full_time_to_live(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant(100);
        var revision = await session.Revision();
        using var stream = session.KeepAlive();

        var response = await stream.Renew(lease);

        Assert.Equal((lease, 100, revision), (response.ID, response.TTL, response.Header.Revision));
        Assert.InRange((await session.TimeToLive(lease)).TTL, 98, 100);
    }

    [Theory, OnEveryTarget]
    public async Task Keep_alive_of_an_unknown_lease_answers_zero_and_the_stream_goes_on(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        using var stream = session.KeepAlive();

        var unknown = await stream.Renew(4711);

        Assert.Equal((4711, 0), (unknown.ID, unknown.TTL));
        Assert.Equal(60, (await stream.Renew(lease)).TTL);
    }

    [Theory, OnEveryTarget]
    public async Task Keep_alive_of_a_revoked_lease_answers_zero(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        using var stream = session.KeepAlive();
        await stream.Renew(lease);
        await session.Revoke(lease);

        Assert.Equal(0, (await stream.Renew(lease)).TTL);
    }

    [Theory, OnEveryTarget]
    public async Task One_stream_renews_many_leases_in_order(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        long[] leases = [await session.Grant(), 4711, await session.Grant(), await session.Grant()];
        using var stream = session.KeepAlive();
        var answered = new List<long>();
        foreach (var lease in leases)
        {
            await stream.Send(lease);
        }

        foreach (var _ in leases)
        {
            answered.Add((await stream.Next()).ID);
        }

        Assert.Equal(leases, answered);
    }

    [Theory, OnEveryTarget]
    public async Task Half_closing_ends_the_stream_without_error(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.KeepAlive();
        await stream.Renew(await session.Grant());

        Assert.True(await stream.EndsAfterHalfClose());
    }
}
