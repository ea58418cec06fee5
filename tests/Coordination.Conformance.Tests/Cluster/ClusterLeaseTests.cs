namespace Coordination.Conformance.Tests;

/// <summary>The leader has the clocks of the leases; every member renews them and tells of them.</summary>
public sealed class ClusterLeaseTests(Servers servers) : IClassFixture<Servers>
{
    private const long ShortestTimeToLive = 2;

    /// <summary>Long enough for a busy machine to renew a lease in time.</summary>
    private const long TimeToLive = 5;

    [Theory, OnEveryClusterMember]
    public async Task A_lease_is_renewed_and_told_of_through_every_member(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant(100);
        await session.Put("k", "", lease);

        foreach (var member in session.ThroughEach)
        {
            using var stream = member.KeepAlive();
            Assert.Equal(100, (await stream.Renew(lease)).TTL);
            var told = await member.TimeToLive(lease, keys: true);
            Assert.Equal((lease, 100), (told.ID, told.GrantedTTL));
            Assert.InRange(told.TTL, 98, 100);
            Assert.Equal([session.Key("k")], told.Keys);
            Assert.Contains(lease, (await member.Leases()).Leases.Select(listed => listed.ID));
        }
    }

    [Theory, OnEveryClusterMember]
    public async Task A_lease_revoked_through_one_member_is_gone_on_all(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        foreach (var other in session.ThroughEach)
        {
            var lease = await session.Grant();
            await session.Put("k", "", lease);
            using var stream = session.KeepAlive();
            await stream.Renew(lease);

            await other.Revoke(lease);

            Assert.Null(await session.Get("k"));
            Assert.Equal(0, (await stream.Renew(lease)).TTL);
            Assert.Equal(-1, (await session.TimeToLive(lease)).TTL);
            await Refusal.LeaseNotFound.Answers(() => session.Put("k", "", lease));
        }
    }

    [Theory, OnEveryClusterMember]
    public async Task A_lease_renewed_through_changing_members_outlives_one_granted_with_it(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        KeepAliveStream[] streams = [.. session.ThroughEach.Select(member => member.KeepAlive())];
        var renewed = await session.Grant(TimeToLive);
        var left = await session.Grant(TimeToLive);
        await session.Put("renewed", "", renewed);
        await session.Put("left", "", left);
        using var watch = session.Watch();
        await watch.Watch(session.Key("left"));

        using var schedule = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var expiry = watch.Next();
        for (var round = 0; !expiry.IsCompleted; round++)
        {
            await schedule.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            Assert.Equal(TimeToLive, (await streams[round % streams.Length].Renew(renewed)).TTL);
        }

        Assert.Equal(Event.Types.EventType.Delete, Assert.Single((await expiry).Events).Type);
        Assert.NotNull(await session.Get("renewed"));
        Array.ForEach(streams, stream => stream.Dispose());
    }

    [Theory, OnEveryClusterMember]
    public async Task Expiry_is_seen_through_every_member(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant(ShortestTimeToLive);
        await session.Put("k", "", lease);
        using var watch = session.Watch();
        await watch.Watch(session.Key("k"));

        Assert.Equal(Event.Types.EventType.Delete, Assert.Single((await watch.Next()).Events).Type);

        foreach (var member in session.ThroughEach)
        {
            Assert.Null(await member.Get("k"));
            Assert.Equal(-1, (await member.TimeToLive(lease)).TTL);
            Assert.DoesNotContain(lease, (await member.Leases()).Leases.Select(listed => listed.ID));
        }
    }
}
