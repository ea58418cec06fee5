namespace Coordination.Conformance.Tests;

public sealed class ClusterStatusTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryClusterMember]
    public async Task All_members_tell_of_one_leader_and_one_term(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var leader = (await session.Through(0).Status()).Header.MemberId;

        var status = await session.Status();

        Assert.Equal(leader, status.Leader);
        Assert.Equal((await session.Through(0).Status()).RaftTerm, status.RaftTerm);
        Assert.Equal(status.RaftTerm, status.Header.RaftTerm);
        Assert.False(status.IsLearner);
        Assert.Empty(status.Errors);
    }

    [Theory, OnEveryClusterMember]
    public async Task A_write_through_one_member_reaches_all(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var header = (await session.Put("k")).Header;
        var index = (await session.Status()).RaftAppliedIndex;

        foreach (var other in session.ThroughEach)
        {
            await Eventually.Holds(async () => (await other.Status()).RaftAppliedIndex >= index);
            Assert.True((await other.Status()).Header.Revision >= header.Revision);
        }
    }

    [Theory, OnEveryClusterMember]
    public async Task All_members_have_the_same_history(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        foreach (var writer in session.ThroughEach)
        {
            await writer.PutAll("a", "b", "a");
            await writer.Delete("b");
        }

        var revision = await session.Revision();
        var hashes = new HashSet<(uint, long)>();
        foreach (var member in session.ThroughEach)
        {
            // What is hashed is what the member has: reading makes sure that it has everything.
            await member.Revision();
            var hash = await member.HashKV(revision);
            hashes.Add((hash.Hash, hash.CompactRevision));
        }

        Assert.Single(hashes);
    }

    [Theory, OnEveryClusterMember(OwnServer = true)]
    public async Task An_alarm_raised_through_one_member_holds_on_all(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var alarm = new AlarmMember { MemberID = (await session.Status()).Header.MemberId, Alarm = AlarmType.Nospace };
        await session.Alarm(new AlarmRequest
        {
            Action = AlarmRequest.Types.AlarmAction.Activate,
            MemberID = alarm.MemberID,
            Alarm = alarm.Alarm,
        });

        foreach (var member in session.ThroughEach)
        {
            await member.Revision();
            Assert.Equal([alarm], (await member.Alarm(new AlarmRequest())).Alarms);
            await Refusal.NoSpace.Answers(() => member.Put("k"));
        }
    }
}
