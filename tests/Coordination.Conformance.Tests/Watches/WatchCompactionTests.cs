namespace Coordination.Conformance.Tests;

/// <summary>Each case has a server of its own: compaction concerns the whole store.</summary>
public sealed class WatchCompactionTests
{
    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_start_before_the_compacted_revision_is_created_then_cancelled(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var (first, compacted) = await WriteAndCompact(session);
        using var stream = session.Watch();

        var created = await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = first });
        var cancelled = await stream.Next();

        Assert.Equal((false, 0), (created.Canceled, created.CompactRevision));
        Assert.Equal((true, false, created.WatchId, compacted, ""),
            (cancelled.Canceled, cancelled.Created, cancelled.WatchId, cancelled.CompactRevision, cancelled.CancelReason));
        Assert.Equal(0, cancelled.Header.Revision);
        Assert.Empty(cancelled.Events);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task The_stream_goes_on_after_a_compacted_start(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var (first, _) = await WriteAndCompact(session);
        using var stream = session.Watch();
        var created = await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = first });
        await stream.Next();

        var second = await stream.Watch(session.Key("k"));
        await session.Put("k");

        Assert.NotEqual(created.WatchId, second.WatchId);
        Assert.Equal(second.WatchId, (await stream.Next()).WatchId);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_start_at_the_compacted_revision_tells_its_event(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var (_, compacted) = await WriteAndCompact(session);
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = compacted });

        Assert.Equal([compacted, compacted + 1], (await stream.Events(2)).Select(change => change.Kv.ModRevision));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_prev_kv_that_is_compacted_away_is_absent(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var (_, compacted) = await WriteAndCompact(session);
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = compacted, PrevKv = true });

        var previous = (await stream.Events(2)).Select(change => change.PrevKv?.Value.ToStringUtf8());

        Assert.Equal([null, "2"], previous);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_watcher_that_has_caught_up_outlives_a_compaction(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        using var stream = session.Watch();
        await stream.Watch(session.Key("k"));

        await WriteAndCompact(session);

        Assert.Equal(["1", "2", "3"], (await stream.Events(3)).Select(change => change.Kv.Value.ToStringUtf8()));
    }

    /// <summary>Three revisions of k, compacted at the second.</summary>
    private static async Task<(long First, long Compacted)> WriteAndCompact(Session session)
    {
        var first = (await session.Put("k", "1")).Header.Revision;
        var second = (await session.Put("k", "2")).Header.Revision;
        await session.Put("k", "3");
        await session.Compact(new CompactionRequest { Revision = second, Physical = true });
        return (first, second);
    }
}
