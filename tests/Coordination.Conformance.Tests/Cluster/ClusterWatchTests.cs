namespace Coordination.Conformance.Tests;

/// <summary>Watches through one member of what happens through others.</summary>
public sealed class ClusterWatchTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryClusterMember]
    public async Task A_watch_tells_every_change_once_in_order_whoever_made_it(IConformanceTarget target)
    {
        const int Writes = 30;
        var session = await servers.Open(target);
        using var watch = session.Watch();
        await watch.Watch(new WatchCreateRequest { Key = session.Key(""), RangeEnd = session.End, PrevKv = true });

        var written = await Task.WhenAll(session.ThroughEach.Select((through, member) => Write(through, $"{member}", Writes)));

        var events = await watch.Events(Writes * session.Members.Count);
        Assert.Equal(written.SelectMany(revisions => revisions).Order(), events.Select(change => change.Kv.ModRevision));
        Assert.All(events, change => Assert.Equal(change.Kv.Version == 1, change.PrevKv is null));
        Assert.All(events, change => Assert.True(change.PrevKv is null || change.PrevKv.Version == change.Kv.Version - 1));
    }

    [Theory, OnEveryClusterMember]
    public async Task A_watch_of_the_past_tells_what_was_written_through_others(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var start = await session.Revision() + 1;
        var expected = new List<long>();
        foreach (var writer in session.ThroughEach)
        {
            expected.Add((await writer.Put("k")).Header.Revision);
        }

        using var watch = session.Watch();
        await watch.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = start });

        Assert.Equal(expected, (await watch.Events(expected.Count)).Select(change => change.Kv.ModRevision));
    }

    [Theory, OnEveryClusterMember]
    public async Task A_watch_that_begins_after_an_acknowledged_write_through_another_never_tells_it(IConformanceTarget target)
    {
        const int Rounds = 20;
        var session = await servers.Open(target);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var writer in session.ThroughEach)
            {
                var before = (await writer.Put("k")).Header.Revision;

                // Reading tells this member of the write; "from now on" is after that.
                await session.Revision();
                using var watch = session.Watch();
                await watch.Watch(session.Key("k"));
                var next = (await writer.Put("k")).Header.Revision;

                Assert.True(next > before);
                Assert.Equal(next, Assert.Single((await watch.Next()).Events).Kv.ModRevision);
            }
        }
    }

    [Theory, OnEveryClusterMember(OwnServer = true)]
    public async Task Progress_reaches_the_revision_of_a_write_through_another(IConformanceTarget target)
    {
        await using var server = await Server.Start(
            target, new ServerSettings { WatchProgressNotifyInterval = TimeSpan.FromMilliseconds(100) });
        var session = server.OpenSession(target);
        using var watch = session.Watch();
        await watch.Watch(new WatchCreateRequest { Key = session.Key("k"), ProgressNotify = true });
        foreach (var writer in session.ThroughEach)
        {
            var revision = await writer.PutAll("other");

            var response = await watch.Next();
            while (response.Header.Revision < revision)
            {
                Assert.Empty(response.Events);
                response = await watch.Next();
            }

            Assert.Equal((revision, 0), (response.Header.Revision, response.Events.Count));
        }
    }

    [Theory, OnEveryClusterMember]
    public async Task Requested_progress_speaks_for_what_was_written_through_another(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var watch = session.Watch();
        await watch.Watch(session.Key("k"));
        foreach (var writer in session.ThroughEach)
        {
            var revision = await writer.PutAll("other");
            await session.Revision();

            await watch.RequestProgress();

            Assert.Equal((-1, revision, 0), Shape(await watch.Next()));
        }
    }

    [Theory, OnEveryClusterMember(OwnServer = true)]
    public async Task A_watch_of_what_was_compacted_through_another_is_canceled(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        foreach (var other in session.ThroughEach)
        {
            var first = await other.PutAll("k");
            var compacted = await other.PutAll("k", "k");
            await other.Compact(new CompactionRequest { Revision = compacted });
            await session.Revision();
            using var watch = session.Watch();
            await watch.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = first });

            var response = await watch.Next();

            Assert.Equal((true, compacted), (response.Canceled, response.CompactRevision));
        }
    }

    private static (long, long, int) Shape(WatchResponse response) =>
        (response.WatchId, response.Header.Revision, response.Events.Count);

    private static async Task<List<long>> Write(Session session, string name, int times)
    {
        var revisions = new List<long>();
        for (var written = 0; written < times; written++)
        {
            revisions.Add((await session.Put(name, $"{written}")).Header.Revision);
        }

        return revisions;
    }
}
