namespace Coordination.Conformance.Tests;

/// <summary>Metadata that clients attach to their calls.</summary>
public sealed class MetadataTests(Servers servers) : IClassFixture<Servers>
{
    private static readonly Metadata RequireLeader = new() { { "hasleader", "true" } };

    [Theory, OnEveryTarget]
    public async Task Requests_that_require_a_leader_are_served_by_one(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch(RequireLeader);
        await stream.Watch(session.Key("k"));
        var revision = await session.PutAll("k");

        Assert.Equal(revision, Assert.Single((await stream.Next()).Events).Kv.ModRevision);
    }

    [Theory]
    [OnEveryTarget("client-api-version", "3.5.0")]
    [OnEveryTarget("x-unknown", "anything")]
    public async Task Other_metadata_is_accepted(IConformanceTarget target, string key, string value)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch(new Metadata { { key, value } });

        Assert.Equal(0, (await stream.Watch(session.Key("k"))).WatchId);
    }
}
