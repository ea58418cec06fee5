using AlarmAction = Coordination.Protocol.Etcd.AlarmRequest.Types.AlarmAction;

namespace Coordination.Conformance.Tests;

/// <summary>Each case has a server of its own: an alarm concerns all requests.</summary>
public sealed class AlarmTests
{
    private static readonly Refusal Corrupt = new(StatusCode.DataLoss, "etcdserver: corrupt cluster");

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_healthy_server_has_no_alarms(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);

        var response = await session.Alarm(new AlarmRequest());

        Assert.Empty(response.Alarms);
        Assert.Equal(session.Capabilities.AlarmResponseHasHeader, response.Header is not null);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task An_activated_alarm_is_told_until_it_is_deactivated(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var alarm = await Activate(session, AlarmType.Nospace);

        Assert.Equal([alarm], await Get(session, AlarmType.None));
        Assert.Equal([alarm], await Get(session, AlarmType.Nospace));
        Assert.Empty(await Get(session, AlarmType.Corrupt));
        Assert.Equal([alarm], await Deactivate(session, alarm));
        Assert.Empty(await Get(session, AlarmType.None));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Deactivating_again_answers_with_nothing(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var alarm = await Activate(session, AlarmType.Nospace);
        await Deactivate(session, alarm);

        Assert.Empty(await Deactivate(session, alarm));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Activating_again_answers_with_the_alarm(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var alarm = await Activate(session, AlarmType.Nospace);

        Assert.Equal(alarm, await Activate(session, AlarmType.Nospace));
        Assert.Equal([alarm], await Get(session, AlarmType.None));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Status_tells_of_an_alarm(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var alarm = await Activate(session, AlarmType.Nospace);

        Assert.Equal([$"memberID:{alarm.MemberID} alarm:NOSPACE "], (await session.Status()).Errors);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Both_alarms_may_be_active_at_once(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var space = await Activate(session, AlarmType.Nospace);
        var corruption = await Activate(session, AlarmType.Corrupt);

        var alarms = await Get(session, AlarmType.None);

        Assert.Equal([space, corruption], alarms.OrderBy(alarm => alarm.Alarm));
        Assert.Equal([corruption], await Deactivate(session, corruption));
        Assert.Equal([space], await Get(session, AlarmType.None));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_corrupt_cluster_refuses_what_goes_through_the_log_and_can_be_read(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var lease = await session.Grant();
        await session.PutAll("k");
        var alarm = await Activate(session, AlarmType.Corrupt);

        await Corrupt.Answers(() => session.Put("k"));
        await Corrupt.Answers(() => session.Delete("k"));
        await Corrupt.Answers(() => session.Txn(Ops.Always(Ops.Put(session.Key("k")))));
        await Corrupt.Answers(() => session.Compact(new CompactionRequest { Revision = 2 }));
        await Corrupt.Answers(() => session.Grant());
        await Corrupt.Answers(() => session.Revoke(lease));
        Assert.NotNull(await session.Get("k"));
        Assert.True((await session.Txn(Ops.Always(Ops.Range(session.Key("k"))))).Succeeded);

        await Deactivate(session, alarm);
        await session.Put("k");
    }

    private static async Task<AlarmMember> Activate(Session session, AlarmType type)
    {
        var member = (await session.Status()).Header.MemberId;
        var response = await session.Alarm(new AlarmRequest { Action = AlarmAction.Activate, MemberID = member, Alarm = type });
        var alarm = Assert.Single(response.Alarms);
        Assert.Equal(new AlarmMember { MemberID = member, Alarm = type }, alarm);
        return alarm;
    }

    private static async Task<IReadOnlyList<AlarmMember>> Get(Session session, AlarmType type) =>
        (await session.Alarm(new AlarmRequest { Action = AlarmAction.Get, Alarm = type })).Alarms;

    private static async Task<IReadOnlyList<AlarmMember>> Deactivate(Session session, AlarmMember alarm) => (await session.Alarm(
        new AlarmRequest { Action = AlarmAction.Deactivate, MemberID = alarm.MemberID, Alarm = alarm.Alarm })).Alarms;
}
