namespace Coordination.Conformance.Tests;

/// <summary>Leadership that is moved on request. Each case has a cluster of its own, since other cases tell members apart by it.</summary>
public sealed class MoveLeaderTests
{
    private static readonly Refusal NotLeader = new(StatusCode.FailedPrecondition, "etcdserver: not leader");
    private static readonly Refusal BadTransferee = new(StatusCode.FailedPrecondition, "etcdserver: bad leader transferee");

    [Theory, OnEveryClusterMember(OwnServer = true)]
    public async Task Only_the_leader_can_be_asked_to_move_leadership(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var status = await session.Status();
        var leads = status.Leader == status.Header.MemberId;

        await (leads ? BadTransferee : NotLeader).Answers(() => session.MoveLeader(4711));
        if (leads)
        {
            Assert.Null((await session.MoveLeader(status.Leader)).Header);
        }
        else
        {
            await NotLeader.Answers(() => session.MoveLeader(status.Header.MemberId));
        }

        Assert.Equal(status.Leader, (await session.Status()).Leader);
    }

    [Theory, OnEveryClusterMember(OwnServer = true)]
    public async Task Every_member_can_lead_and_clients_of_all_go_on(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        using var watch = session.Watch();
        await watch.Watch(session.Key("k"));
        using var keepAlive = session.KeepAlive();
        var lease = await session.Grant();
        var leader = 0;
        foreach (var next in new[] { 1, 2, 0 })
        {
            await session.Through(leader).MoveLeader((await session.Through(next).Status()).Header.MemberId);
            leader = next;

            foreach (var member in session.ThroughEach)
            {
                var revision = (await member.Put("k", $"{next}")).Header.Revision;
                Assert.Equal(revision, Assert.Single((await watch.Next()).Events).Kv.ModRevision);
                Assert.Equal(revision, (await session.Get("k"))!.ModRevision);
            }

            Assert.Equal(60, (await keepAlive.Renew(lease)).TTL);
            Assert.InRange((await session.TimeToLive(lease)).TTL, 58, 60);
        }
    }

    [Theory, OnEveryClusterMember(OwnServer = true)]
    public async Task All_members_know_who_was_given_leadership(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var chosen = (await session.Through(2).Status()).Header.MemberId;
        var term = (await session.Status()).RaftTerm;

        await session.Through(0).MoveLeader(chosen);

        foreach (var member in session.ThroughEach)
        {
            await Eventually.Holds(async () => (await member.Status()).Leader == chosen);
            Assert.True((await member.Status()).RaftTerm > term);
        }
    }
}
