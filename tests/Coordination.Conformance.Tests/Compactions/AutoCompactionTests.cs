namespace Coordination.Conformance.Tests;

public sealed class AutoCompactionTests
{
    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Revision_mode_without_retention_compacts_nothing(IConformanceTarget target)
    {
        await using var server = await Server.Start(target, new ServerSettings { AutoCompactionMode = "revision" });
        var session = server.OpenSession(target);
        var first = await session.PutAll("k");
        await session.PutAll("k");

        Assert.Single((await session.Range(new RangeRequest { Key = session.Key("k"), Revision = first })).Kvs);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Periodic_mode_compacts_what_is_older_than_the_retention(IConformanceTarget target)
    {
        await using var server = await Server.Start(
            target, new ServerSettings { AutoCompactionMode = "periodic", AutoCompactionRetention = "2s" });
        var session = server.OpenSession(target);
        var first = await session.PutAll("k");

        await Eventually.Refused(Refusal.Compacted, async () =>
        {
            await session.PutAll("k");
            await session.Range(new RangeRequest { Key = session.Key("k"), Revision = first });
        });

        Assert.Equal("k", (await session.Get("k"))!.Value.ToStringUtf8());
    }
}
