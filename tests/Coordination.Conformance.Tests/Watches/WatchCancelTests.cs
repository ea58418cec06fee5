namespace Coordination.Conformance.Tests;

public sealed class WatchCancelTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Cancelling_is_confirmed_and_ends_the_events(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        var cancelled = await stream.Watch(session.Key("k"));
        var kept = await stream.Watch(session.Key("k"));

        await stream.Cancel(cancelled.WatchId);
        var response = await stream.Next();
        await session.PutAll("k", "k");

        Assert.Equal((true, false, cancelled.WatchId, 0, ""),
            (response.Canceled, response.Created, response.WatchId, response.CompactRevision, response.CancelReason));
        Assert.Equal(kept.WatchId, (await stream.Next()).WatchId);
        Assert.Equal(kept.WatchId, (await stream.Next()).WatchId);
    }

    [Theory, OnEveryTarget]
    public async Task A_watcher_that_catches_up_can_be_cancelled(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var start = await session.PutAll("k");
        using var stream = session.Watch();
        var created = await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = start });
        await stream.Cancel(created.WatchId);

        var response = await stream.Next();
        while (!response.Canceled)
        {
            Assert.Equal(start, Assert.Single(response.Events).Kv.ModRevision);
            response = await stream.Next();
        }

        Assert.Equal(created.WatchId, response.WatchId);
    }

    [Theory, OnEveryTarget]
    public async Task Cancelling_an_unknown_id_is_passed_over(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();

        await stream.Cancel(99);

        Assert.Equal(0, (await stream.Watch(session.Key("k"))).WatchId);
    }

    [Theory, OnEveryTarget]
    public async Task Cancelling_twice_is_confirmed_once(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        var first = await stream.Watch(session.Key("k"));
        await stream.Cancel(first.WatchId);
        await stream.Cancel(first.WatchId);
        await stream.Create(new WatchCreateRequest { Key = session.Key("k") });

        Assert.True((await stream.Next()).Canceled);
        Assert.True((await stream.Next()).Created);
    }

    [Theory, OnEveryTarget]
    public async Task A_watcher_ends_only_on_its_own_stream(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var first = session.Watch();
        using var second = session.Watch();
        await first.Watch(session.Key("k"));
        await second.Watch(session.Key("k"));

        await first.Cancel(0);
        Assert.True((await first.Next()).Canceled);
        await session.PutAll("k");

        Assert.Single((await second.Next()).Events);
    }

    [Theory, OnEveryTarget]
    public async Task Events_keep_coming_after_the_client_has_half_closed(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(session.Key("k"));

        await stream.HalfClose();
        var revision = await session.PutAll("k");

        Assert.Equal(revision, Assert.Single((await stream.Next()).Events).Kv.ModRevision);
    }

    [Theory, OnEveryTarget]
    public async Task An_ended_call_leaves_others_alone(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var kept = session.Watch();
        await kept.Watch(session.Key("k"));
        using (var ended = session.Watch())
        {
            await ended.Watch(session.Key("k"));
        }

        await session.PutAll("k");

        Assert.Single((await kept.Next()).Events);
    }
}
