namespace Coordination.Conformance.Tests;

public sealed class WatchProgressTests(Servers servers) : IClassFixture<Servers>
{
    private static readonly ServerSettings OftenNotified = new() { WatchProgressNotifyInterval = TimeSpan.FromMilliseconds(100) };

    [Theory, OnEveryTarget]
    public async Task A_progress_request_is_answered_with_the_current_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(session.Key("k"));
        var revision = await session.PutAll("other");

        var response = await Progress(stream);

        Assert.Equal((-1, revision), (response.WatchId, response.Header.Revision));
        Assert.Equal((false, false, 0), (response.Created, response.Canceled, response.Events.Count));
    }

    [Theory, OnEveryTarget]
    public async Task One_answer_speaks_for_all_watchers_of_the_stream(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(session.Key("a"));
        await stream.Watch(session.Key("b"));
        await Progress(stream);
        var revision = await session.PutAll("b");

        // Had there been one answer per watcher, the second would come before the event.
        Assert.Equal(revision, Assert.Single((await stream.Next()).Events).Kv.ModRevision);
    }

    [Theory, OnEveryTarget]
    public async Task A_stream_without_watchers_has_no_progress(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();

        await stream.RequestProgress();
        await stream.Create(new WatchCreateRequest { Key = session.Key("k") });

        var response = await stream.Next();
        if (!session.Capabilities.ProgressWaitsForWatchers)
        {
            Assert.Equal(-1, response.WatchId);
            response = await stream.Next();
        }

        Assert.True(response.Created);
    }

    [Theory, OnEveryTarget]
    public async Task No_event_follows_that_progress_has_spoken_for(IConformanceTarget target)
    {
        const int Rounds = 200;
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(session.Key("k"));
        var writes = Task.WhenAll(Enumerable.Range(0, Rounds).Select(async _ =>
        {
            await session.Put("k");
            return true;
        }));
        var asking = AskRepeatedly(stream, Rounds);

        var spokenFor = 0L;
        for (var events = 0; events < Rounds;)
        {
            var response = await stream.Next();
            events += response.Events.Count;
            Assert.All(response.Events, change => Assert.True(change.Kv.ModRevision > spokenFor));
            if (response.WatchId == -1 && session.Capabilities.ProgressWaitsForWatchers)
            {
                spokenFor = response.Header.Revision;
            }
        }

        await writes;
        await asking;
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Progress_notify_tells_an_idle_watcher_the_current_revision(IConformanceTarget target)
    {
        await using var server = await Server.Start(target, OftenNotified);
        var session = server.OpenSession(target);
        using var stream = session.Watch();
        var created = await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), ProgressNotify = true });
        var revision = await session.PutAll("other");

        var response = await stream.Next();
        while (response.Header.Revision < revision)
        {
            response = await stream.Next();
        }

        Assert.Equal((created.WatchId, revision, 0), (response.WatchId, response.Header.Revision, response.Events.Count));
        Assert.Equal((false, false), (response.Created, response.Canceled));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Progress_notify_comes_again_and_again(IConformanceTarget target)
    {
        await using var server = await Server.Start(target, OftenNotified);
        var session = server.OpenSession(target);
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), ProgressNotify = true });

        for (var notified = 0; notified < 3; notified++)
        {
            Assert.Empty((await stream.Next()).Events);
        }
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Only_watchers_that_asked_are_notified(IConformanceTarget target)
    {
        await using var server = await Server.Start(target, OftenNotified);
        var session = server.OpenSession(target);
        using var stream = session.Watch();
        await stream.Watch(session.Key("quiet"));
        var asking = await stream.Watch(new WatchCreateRequest { Key = session.Key("asking"), ProgressNotify = true });

        for (var notified = 0; notified < 3; notified++)
        {
            Assert.Equal(asking.WatchId, (await stream.Next()).WatchId);
        }
    }

    [Theory, OnEveryTarget]
    public async Task A_watcher_of_the_future_makes_progress_wait(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        var current = await session.Revision();
        var future = await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = current + 2 });
        await stream.RequestProgress();
        await session.PutAll("k", "k");

        var response = await stream.Next();
        if (!session.Capabilities.ProgressWaitsForWatchers)
        {
            Assert.Equal(-1, response.WatchId);
            response = await stream.Next();
        }

        Assert.Equal(future.WatchId, response.WatchId);
        Assert.Equal(current + 2, Assert.Single(response.Events).Kv.ModRevision);
    }

    private static async Task<WatchResponse> Progress(WatchStream stream)
    {
        await stream.RequestProgress();
        return await stream.Next();
    }

    private static async Task AskRepeatedly(WatchStream stream, int times)
    {
        for (var asked = 0; asked < times; asked++)
        {
            await stream.RequestProgress();
        }
    }
}
