namespace Coordination.Conformance.Tests;

/// <summary>Expiry takes at least the smallest time to live; the cases wait for the deletion as a watcher sees it.</summary>
public sealed class LeaseExpiryTests(Servers servers) : IClassFixture<Servers>
{
    private const long ShortestTimeToLive = 2;

    /// <summary>Long enough for what a case does before its first renewal, also where every call takes half a second.</summary>
    private const long UnhurriedTimeToLive = 6;

    [Theory, OnEveryTarget]
    public async Task Expiry_deletes_all_keys_in_one_revision_in_key_order(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant(ShortestTimeToLive);
        await session.Put("b", "2", lease);
        await session.Put("a", "1", lease);
        var before = await session.Revision();
        using var watch = session.Watch();
        await watch.Watch(new WatchCreateRequest { Key = session.Key(""), RangeEnd = session.End, PrevKv = true });

        var response = await watch.Next();

        Assert.Equal(["a 1", "b 2"], response.Events.Select(
            change => $"{session.NameOf(change.Kv.Key)} {change.PrevKv.Value.ToStringUtf8()}"));


        // Not the next revision for certain: leases that other cases left behind expire meanwhile.
        var revision = response.Events[0].Kv.ModRevision;
        Assert.True(revision > before);
        Assert.All(response.Events, change => Assert.Equal(
            (Event.Types.EventType.Delete, revision), (change.Type, change.Kv.ModRevision)));
        Assert.Equal(-1, (await session.TimeToLive(lease)).TTL);
        Assert.DoesNotContain(lease, (await session.Leases()).Leases.Select(listed => listed.ID));
        await Refusal.LeaseNotFound.Answers(() => session.Revoke(lease));
    }

    [Theory, OnEveryTarget]
    public async Task A_renewed_lease_outlives_one_granted_with_it(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var renewed = await session.Grant(UnhurriedTimeToLive);
        var left = await session.Grant(UnhurriedTimeToLive);
        await session.Put("renewed", "", renewed);
        await session.Put("left", "", left);
        using var watch = session.Watch();
        await watch.Watch(session.Key("left"));
        using var stream = session.KeepAlive();

        using var schedule = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var expiry = watch.Next();
        while (!expiry.IsCompleted)
        {
            await schedule.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            Assert.Equal(UnhurriedTimeToLive, (await stream.Renew(renewed)).TTL);
        }

        Assert.Equal(Event.Types.EventType.Delete, Assert.Single((await expiry).Events).Type);
        Assert.NotNull(await session.Get("renewed"));
    }

    [Theory, OnEveryTarget]
    public async Task A_key_put_again_without_its_lease_outlives_it(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant(ShortestTimeToLive);
        await session.Put("detached", "", lease);
        await session.Put("detached", "stays");
        await session.Put("attached", "", lease);
        using var watch = session.Watch();
        await watch.Watch(new WatchCreateRequest { Key = session.Key(""), RangeEnd = session.End });

        var response = await watch.Next();

        Assert.Equal("attached", session.NameOf(Assert.Single(response.Events).Kv.Key));
        Assert.Equal("stays", (await session.Get("detached"))!.Value.ToStringUtf8());
    }
}
