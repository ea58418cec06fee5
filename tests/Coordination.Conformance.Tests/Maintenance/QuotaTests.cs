using System.Security.Cryptography;
using Google.Protobuf;
using AlarmAction = Coordination.Protocol.Etcd.AlarmRequest.Types.AlarmAction;

namespace Coordination.Conformance.Tests;

public sealed class QuotaTests
{
    private const int Quota = 4 * 1024 * 1024;
    private const int ValueSize = 128 * 1024;
    private const int PutsMin = Quota / ValueSize / 4;
    private const int PutsMax = Quota / ValueSize * 4;
    private static readonly ServerSettings SmallQuota = new() { QuotaBackendBytes = Quota };

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_full_store_refuses_what_takes_space_and_serves_the_rest(IConformanceTarget target)
    {
        await using var server = await Server.Start(target, SmallQuota);
        var session = server.OpenSession(target);
        var lease = await session.Grant();
        await session.PutAll("kept", "deleted", "other");
        await Fill(session);

        await Refusal.NoSpace.Answers(() => session.Put("small"));
        await Refusal.NoSpace.Answers(() => session.Txn(Ops.Always(Ops.Put(session.Key("small")))));
        await Refusal.NoSpace.Answers(() => session.Txn(new TxnRequest { Failure = { Ops.Put(session.Key("small")) } }));
        await Refusal.NoSpace.Answers(() => session.Grant());

        Assert.NotNull(await session.Get("kept"));
        Assert.Equal(1, (await session.Delete("deleted")).Deleted);
        Assert.True((await session.Txn(Ops.Always(Ops.Delete(session.Key("other")), Ops.Range(session.Key("kept"))))).Succeeded);
        using var stream = session.KeepAlive();
        Assert.Equal(60, (await stream.Renew(lease)).TTL);
        await session.Revoke(lease);
        await session.Compact(new CompactionRequest { Revision = await session.Revision() });
        await session.Defragment();
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_full_store_raises_an_alarm_that_status_tells(IConformanceTarget target)
    {
        await using var server = await Server.Start(target, SmallQuota);
        var session = server.OpenSession(target);
        await Fill(session);

        // Each member of a cluster watches over its own store: as many alarms as members may be raised, one by one.
        var alarms = (await session.Alarm(new AlarmRequest())).Alarms;
        var status = await session.Status();
        var members = (await session.MemberList()).Members.Select(member => member.ID);

        Assert.NotEmpty(alarms);
        Assert.Subset(members.ToHashSet(), alarms.Select(alarm => alarm.MemberID).ToHashSet());
        Assert.All(alarms, alarm => Assert.Equal(AlarmType.Nospace, alarm.Alarm));
        Assert.Superset(alarms.Select(alarm => $"memberID:{alarm.MemberID} alarm:NOSPACE ").ToHashSet(), status.Errors.ToHashSet());
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Writing_works_again_after_making_space_and_disarming(IConformanceTarget target)
    {
        await using var server = await Server.Start(target, SmallQuota);
        var session = server.OpenSession(target);
        await Fill(session);
        var revision = (await session.Delete(new DeleteRangeRequest { Key = session.Key(""), RangeEnd = session.End })).Header.Revision;
        await session.Compact(new CompactionRequest { Revision = revision, Physical = true });
        var before = (await session.Status()).DbSize;
        await session.Defragment();

        // There is room again, but the alarm stays until somebody takes it back.
        Assert.True((await session.Status()).DbSize < before);
        await Refusal.NoSpace.Answers(() => session.Put("k"));
        foreach (var alarm in (await session.Alarm(new AlarmRequest())).Alarms)
        {
            await session.Alarm(new AlarmRequest
            {
                Action = AlarmAction.Deactivate,
                MemberID = alarm.MemberID,
                Alarm = alarm.Alarm,
            });
        }

        Assert.Equal(revision + 1, (await session.Put("k")).Header.Revision);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_refused_put_changes_nothing(IConformanceTarget target)
    {
        await using var server = await Server.Start(target, SmallQuota);
        var session = server.OpenSession(target);
        await Fill(session);
        var revision = await session.Revision();

        await Refusal.NoSpace.Answers(() => session.Put("k", "v"));

        Assert.Null(await session.Get("k"));
        Assert.Equal(revision, await session.Revision());
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task An_activated_alarm_alone_makes_writing_impossible(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var member = (await session.Status()).Header.MemberId;

        await session.Alarm(new AlarmRequest { Action = AlarmAction.Activate, MemberID = member, Alarm = AlarmType.Nospace });
        await Refusal.NoSpace.Answers(() => session.Put("k"));
        await session.Alarm(new AlarmRequest { Action = AlarmAction.Deactivate, MemberID = member, Alarm = AlarmType.Nospace });
        await session.Put("k");
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_negative_quota_is_none(IConformanceTarget target)
    {
        await using var server = await Server.Start(target, new ServerSettings { QuotaBackendBytes = -1 });

        await server.OpenSession(target).PutAll("a", "b");
    }

    /// <summary>Puts until the quota is used up. The values cannot be compressed; the store may notice a little late.</summary>
    private static async Task Fill(Session session)
    {
        var value = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(ValueSize));
        var puts = 0;
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            for (; puts < PutsMax; puts++)
            {
                await session.Put(new PutRequest { Key = session.Key($"{puts:000}"), Value = value });
            }
        });
        Assert.Equal(Refusal.NoSpace, new Refusal(error.StatusCode, error.Status.Detail));
        Assert.True(puts > PutsMin);
    }
}
