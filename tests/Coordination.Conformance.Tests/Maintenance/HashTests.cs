namespace Coordination.Conformance.Tests;

/// <summary>Hash values themselves are a server's own affair; what they are a function of is not.</summary>
public sealed class HashTests
{
    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Hash_tells_the_current_revision(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var revision = await session.PutAll("k");

        Assert.Equal(revision, (await session.Hash()).Header.Revision);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Hash_of_a_revision_stays_the_same_while_others_are_added(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var revision = await session.PutAll("a", "b");
        var current = await session.HashKV();
        await session.PutAll("c");

        var past = await session.HashKV(revision);
        var changed = await session.HashKV();

        Assert.Equal(current.Hash, past.Hash);
        Assert.NotEqual(current.Hash, changed.Hash);
        Assert.Equal((revision + 1, revision + 1), (past.Header.Revision, changed.Header.Revision));
        (long, long) told = session.Capabilities.HashTellsRevision ? (revision, revision + 1) : (0, 0);
        Assert.Equal(told, (past.HashRevision, changed.HashRevision));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Hash_tells_the_compacted_revision(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var compacted = await session.PutAll("k", "k");
        await session.PutAll("k");
        await session.Compact(new CompactionRequest { Revision = compacted, Physical = true });

        Assert.Equal(compacted, (await session.HashKV()).CompactRevision);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Hash_of_a_future_revision_is_refused(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var revision = await session.PutAll("k");

        await Refusal.FutureRevision.Answers(() => session.HashKV(revision + 1));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Hash_below_the_compacted_revision_is_refused(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var revision = await session.PutAll("k", "k", "k");
        await session.Compact(new CompactionRequest { Revision = revision, Physical = true });

        await Refusal.Compacted.Answers(() => session.HashKV(revision - 1));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Hash_of_the_compacted_revision_depends_on_the_release(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var revision = await session.PutAll("k", "k");
        await session.PutAll("k");
        await session.Compact(new CompactionRequest { Revision = revision, Physical = true });

        if (session.Capabilities.HashesCompactedRevision)
        {
            Assert.Equal(revision, (await session.HashKV(revision)).CompactRevision);
        }
        else
        {
            await Refusal.Compacted.Answers(() => session.HashKV(revision));
        }
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Servers_with_the_same_history_have_the_same_hash(IConformanceTarget target)
    {
        var hashes = new HashSet<uint>();
        for (var run = 0; run < 2; run++)
        {
            await using var server = await Server.Start(target);
            var session = server.OpenSession(target);
            await session.PutAll("a", "b");
            await session.Delete("a");
            hashes.Add((await session.HashKV()).Hash);
        }

        Assert.Single(hashes);
    }
}
