namespace Coordination.Conformance.Tests;

public sealed class LeaseGrantTests(Servers servers) : IClassFixture<Servers>
{
    private const long LongestTimeToLive = 9_000_000_000;

    [Theory, OnEveryTarget]
    public async Task The_server_chooses_a_positive_id(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.Revision();

        var first = await session.Grant(new LeaseGrantRequest { TTL = 60 });
        var second = await session.Grant(new LeaseGrantRequest { TTL = 60 });

        Assert.True(first.ID > 0 && second.ID > 0 && first.ID != second.ID);
        Assert.Equal((60, ""), (first.TTL, first.Error));
        Assert.Equal(revision, first.Header.Revision);
        Assert.Equal(revision, await session.Revision());
    }

    [Theory]
    [OnEveryTarget(1000001)]
    [OnEveryTarget(-5)]
    [OnEveryTarget(long.MaxValue)]
    [OnEveryTarget(long.MinValue)]
    public async Task The_client_may_choose_any_id(IConformanceTarget target, long id)
    {
        var session = await servers.Open(target);

        Assert.Equal(id, (await session.Grant(new LeaseGrantRequest { TTL = 60, ID = id })).ID);

        await session.Put("k", "v", id);
        Assert.Equal(id, (await session.Get("k"))!.Lease);
        await session.Revoke(id);
    }

    [Theory, OnEveryTarget]
    public async Task An_id_in_use_is_refused_and_free_after_revocation(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var request = new LeaseGrantRequest { TTL = 60, ID = 2000001 };
        await session.Grant(request);

        await Refusal.LeaseExists.Answers(() => session.Grant(request));
        await session.Revoke(request.ID);

        Assert.Equal(request.ID, (await session.Grant(request)).ID);
        await session.Revoke(request.ID);
    }

    [Theory]
    [OnEveryTarget(1)]
    [OnEveryTarget(0)]
    [OnEveryTarget(-10)]
    public async Task A_time_to_live_below_the_minimum_is_raised_to_it(IConformanceTarget target, long seconds)
    {
        var session = await servers.Open(target);

        var granted = await session.Grant(new LeaseGrantRequest { TTL = seconds });

        Assert.Equal(2, granted.TTL);
        Assert.Equal(2, (await session.TimeToLive(granted.ID)).GrantedTTL);
    }

    [Theory, OnEveryTarget]
    public async Task The_longest_time_to_live_is_granted(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        Assert.Equal(LongestTimeToLive, (await session.Grant(new LeaseGrantRequest { TTL = LongestTimeToLive })).TTL);
    }

    [Theory]
    [OnEveryTarget(LongestTimeToLive + 1)]
    [OnEveryTarget(long.MaxValue)]
    public async Task A_longer_time_to_live_is_refused(IConformanceTarget target, long seconds)
    {
        var session = await servers.Open(target);

        await Refusal.TimeToLiveTooLarge.Answers(() => session.Grant(new LeaseGrantRequest { TTL = seconds }));
    }

    [Theory, OnEveryTarget]
    public async Task Leases_are_listed_until_they_are_revoked(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var kept = await session.Grant();
        var revoked = await session.Grant();
        await session.Revoke(revoked);

        var listed = (await session.Leases()).Leases.Select(lease => lease.ID).ToList();

        Assert.Contains(kept, listed);
        Assert.DoesNotContain(revoked, listed);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_fresh_server_has_no_leases(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);

        var response = await session.Leases();

        Assert.Empty(response.Leases);
        Assert.Equal(1, response.Header.Revision);
    }
}
