namespace Coordination.Conformance.Tests;

/// <summary>What a member says that is alone, after the others were killed.</summary>
public sealed class MajorityTests
{
    private static readonly Refusal NoLeader = new(StatusCode.Unavailable, "etcdserver: no leader");
    private static readonly Metadata RequireLeader = new() { { "hasleader", "true" } };

    [Theory, OnEveryClusterMember(OwnServer = true)]
    public async Task A_member_alone_has_no_leader_tells_so_and_serves_what_it_has(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.Put("k", "v");
        using var demanding = session.Watch(RequireLeader);
        await demanding.Watch(session.Key("k"));
        using var patient = session.Watch();
        await patient.Watch(session.Key("k"));

        foreach (var other in server.Nodes.Where(node => node != session.Member))
        {
            await other.Kill();
        }

        await NoLeader.Answers(demanding.Next);
        var status = await session.Status();
        Assert.Equal(0UL, status.Leader);
        Assert.Equal(["etcdserver: no leader"], status.Errors);
        var read = await session.Range(new RangeRequest { Key = session.Key("k"), Serializable = true });
        Assert.Equal("v", Assert.Single(read.Kvs).Value.ToStringUtf8());
        using var late = session.Watch(RequireLeader);
        await NoLeader.Answers(async () =>
        {
            await late.Create(new WatchCreateRequest { Key = session.Key("k") });
            await late.Next();
        });
    }

    [Theory, OnEveryClusterMember(OwnServer = true)]
    public async Task Two_members_of_three_go_on(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.Put("k", "before");
        var killed = server.Nodes.First(node => node != session.Member);

        await killed.Kill();

        await Eventually.Answered(() => session.Put("k", "after"));
        foreach (var member in session.ThroughEach.Where(through => through.Member != killed))
        {
            Assert.Equal("after", (await member.Get("k"))!.Value.ToStringUtf8());
        }
    }
}
