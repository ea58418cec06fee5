namespace Coordination.Conformance.Tests;

public sealed class RangeRevisionTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Range_reads_each_past_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var first = (await session.Put("k", "1")).Header.Revision;
        var second = (await session.Put("k", "2")).Header.Revision;
        var deleted = (await session.Delete("k")).Header.Revision;
        var again = (await session.Put("k", "3")).Header.Revision;

        Assert.Equal(["", "1 v1", "2 v2", "", "3 v1"],
            [
                await ReadAt(session, first - 1),
                await ReadAt(session, first),
                await ReadAt(session, second),
                await ReadAt(session, deleted),
                await ReadAt(session, again),
            ]);
    }

    [Theory, OnEveryTarget]
    public async Task Header_of_a_past_read_tells_the_current_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var past = await session.PutAll("a");
        var current = await session.PutAll("b");
        var request = session.Everything;
        request.Revision = past;

        var response = await session.Range(request);

        Assert.Equal(["a"], session.NamesOf(response.Kvs));
        Assert.Equal(current, response.Header.Revision);
    }

    [Theory]
    [OnEveryTarget(0)]
    [OnEveryTarget(-1)]
    [OnEveryTarget(long.MinValue)]
    public async Task Revision_zero_and_less_means_the_current_one(IConformanceTarget target, long revision)
    {
        var session = await servers.Open(target);
        await session.PutAll("a");
        var request = session.Everything;
        request.Revision = revision;

        Assert.Equal(["a"], session.NamesOf((await session.Range(request)).Kvs));
    }

    [Theory]
    [OnEveryTarget(false)]
    [OnEveryTarget(true)]
    public async Task Future_revision_is_refused(IConformanceTarget target, bool serializable)
    {
        var session = await servers.Open(target);
        var current = await session.PutAll("a");

        await Refusal.FutureRevision.Answers(() => session.Range(
            new RangeRequest { Key = session.Key("a"), Revision = current + 1, Serializable = serializable }));
    }

    [Theory]
    [OnEveryTarget(false, OwnServer = true)]
    [OnEveryTarget(true, OwnServer = true)]
    public async Task Compacted_revision_is_refused(IConformanceTarget target, bool countOnly)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var first = await session.PutAll("a");
        var second = await session.PutAll("b");
        await session.Compact(new CompactionRequest { Revision = second });

        await Refusal.Compacted.Answers(() => session.Range(
            new RangeRequest { Key = session.Key("a"), Revision = first, CountOnly = countOnly }));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task The_compacted_revision_itself_stays_readable(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.Put("k", "old");
        var compacted = (await session.Put("k", "kept")).Header.Revision;
        await session.Put("k", "new");
        await session.Compact(new CompactionRequest { Revision = compacted, Physical = true });

        Assert.Equal("kept v2", await ReadAt(session, compacted));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_fresh_store_is_at_revision_one(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);

        Assert.Equal(1, await session.Revision());
        Assert.Equal(2, (await session.Put("k")).Header.Revision);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task An_empty_store_can_be_read_at_revision_one(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var request = session.Everything;
        request.Revision = 1;

        Assert.Empty((await session.Range(request)).Kvs);
    }

    private static async Task<string> ReadAt(Session session, long revision)
    {
        var response = await session.Range(new RangeRequest { Key = session.Key("k"), Revision = revision });
        return string.Join(' ', response.Kvs.Select(kv => $"{kv.Value.ToStringUtf8()} v{kv.Version}"));
    }
}
