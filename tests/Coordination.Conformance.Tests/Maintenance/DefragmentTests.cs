namespace Coordination.Conformance.Tests;

public sealed class DefragmentTests
{
    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Defragmenting_gives_back_the_space_of_compacted_history(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var value = new string('v', 256 * 1024);
        var revision = 0L;
        for (var put = 0; put < 20; put++)
        {
            revision = (await session.Put("k", value)).Header.Revision;
        }

        await session.Compact(new CompactionRequest { Revision = revision, Physical = true });
        var before = (await session.Status()).DbSize;

        var response = await session.Defragment();

        Assert.Null(response.Header);
        Assert.True((await session.Status()).DbSize < before);
        Assert.Equal(value, (await session.Get("k"))!.Value.ToStringUtf8());
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Watchers_and_leases_outlive_it(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var lease = await session.Grant();
        using var stream = session.Watch();
        await stream.Watch(session.Key("k"));

        await session.Defragment();
        await session.Put("k", "v", lease);

        Assert.Equal(lease, Assert.Single((await stream.Next()).Events).Kv.Lease);
    }
}
