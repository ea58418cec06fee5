namespace Coordination.Conformance.Tests;

/// <summary>Each case has a server of its own: compaction concerns the whole store.</summary>
public sealed class CompactTests
{
    [Theory]
    [OnEveryTarget(false, OwnServer = true)]
    [OnEveryTarget(true, OwnServer = true)]
    public async Task Compaction_drops_history_and_keeps_the_newest_versions(IConformanceTarget target, bool physical)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.Put("changed", "old");
        await session.Put("deleted", "old");
        await session.Put("untouched", "old");
        await session.Delete("deleted");
        var revision = (await session.Put("changed", "new")).Header.Revision;

        var response = await session.Compact(new CompactionRequest { Revision = revision, Physical = physical });

        Assert.Equal(revision, response.Header.Revision);
        var kept = (await session.Range(session.Everything)).Kvs;
        Assert.Equal(["changed new", "untouched old"], kept.Select(kv => $"{session.NameOf(kv.Key)} {kv.Value.ToStringUtf8()}"));
        await Refusal.Compacted.Answers(() => session.Range(new RangeRequest { Key = session.Key("changed"), Revision = revision - 1 }));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Compaction_is_no_revision(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var revision = await session.PutAll("a", "b");

        await session.Compact(new CompactionRequest { Revision = revision });

        Assert.Equal(revision, await session.Revision());
        Assert.Equal(revision + 1, await session.PutAll("c"));
    }

    [Theory]
    [OnEveryTarget(0, OwnServer = true)]
    [OnEveryTarget(1, OwnServer = true)]
    public async Task Compacting_the_same_or_an_older_revision_again_is_refused(IConformanceTarget target, long older)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var revision = await session.PutAll("a", "b", "c");
        await session.Compact(new CompactionRequest { Revision = revision });

        await Refusal.Compacted.Answers(() => session.Compact(new CompactionRequest { Revision = revision - older }));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Compacting_a_future_revision_is_refused(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var revision = await session.PutAll("a");

        await Refusal.FutureRevision.Answers(() => session.Compact(new CompactionRequest { Revision = revision + 1 }));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Compacting_revision_zero_works_once(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var first = await session.PutAll("a");
        await session.PutAll("a");

        await session.Compact(new CompactionRequest());

        await Refusal.Compacted.Answers(() => session.Compact(new CompactionRequest()));
        Assert.Single((await session.Range(new RangeRequest { Key = session.Key("a"), Revision = first })).Kvs);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Compacting_a_negative_revision_is_refused(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.PutAll("a");

        await Refusal.Compacted.Answers(() => session.Compact(new CompactionRequest { Revision = -1 }));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Revisions_after_the_compacted_one_stay_readable(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var first = (await session.Put("k", "1")).Header.Revision;
        await session.Put("k", "2");
        await session.Put("k", "3");
        await session.Compact(new CompactionRequest { Revision = first + 1, Physical = true });

        var values = new List<string>();
        for (var revision = first + 1; revision <= first + 2; revision++)
        {
            var response = await session.Range(new RangeRequest { Key = session.Key("k"), Revision = revision });
            values.Add(response.Kvs.Single().Value.ToStringUtf8());
        }

        Assert.Equal(["2", "3"], values);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_key_deleted_at_the_compacted_revision_is_gone_at_that_revision(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.PutAll("k");
        var deleted = (await session.Delete("k")).Header.Revision;
        await session.PutAll("k");
        await session.Compact(new CompactionRequest { Revision = deleted, Physical = true });

        Assert.Empty((await session.Range(new RangeRequest { Key = session.Key("k"), Revision = deleted })).Kvs);
        Assert.Equal(1, (await session.Get("k"))!.Version);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Versions_continue_over_a_compaction(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var created = await session.PutAll("k");
        var revision = await session.PutAll("k");
        await session.Compact(new CompactionRequest { Revision = revision, Physical = true });
        await session.PutAll("k");

        var keyValue = await session.Get("k");

        Assert.Equal((3, created), (keyValue!.Version, keyValue.CreateRevision));
    }
}
