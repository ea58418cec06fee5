using AlarmAction = Coordination.Protocol.Etcd.AlarmRequest.Types.AlarmAction;

namespace Coordination.Conformance.Tests;

/// <summary>What was acknowledged outlives a process that is killed without warning.</summary>
public sealed class RestartTests
{
    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Keys_and_their_history_are_kept(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var first = await session.PutAll("k", "deleted");
        await session.Put("k", "2");
        await session.Delete("deleted");
        await session.Txn(Ops.Always(Ops.Put(session.Key("a")), Ops.Put(session.Key("b"))));
        var before = await session.Range(session.Everything);

        await server.KillAndRestart();

        var after = await session.Range(session.Everything);
        Assert.Equal(before.Kvs, after.Kvs);
        Assert.Equal(before.Header.Revision, after.Header.Revision);
        Assert.Equal((before.Header.ClusterId, before.Header.MemberId), (after.Header.ClusterId, after.Header.MemberId));
        Assert.Equal(2, (await session.Range(Past(session, first))).Count);
        Assert.Equal(before.Header.Revision + 1, await session.PutAll("next"));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Watches_can_begin_before_the_restart(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var first = (await session.Put("k", "1")).Header.Revision;
        await session.Delete("k");

        await server.KillAndRestart();

        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), StartRevision = first, PrevKv = true });
        await session.Put("k", "2");
        Assert.Equal(["Put 1 ", "Delete  1", "Put 2 "], (await stream.Events(3)).Select(
            change => $"{change.Type} {change.Kv.Value.ToStringUtf8()} {change.PrevKv?.Value.ToStringUtf8()}"));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Leases_keep_their_keys_and_time_to_live(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var lease = await session.Grant(100);
        var revoked = await session.Grant(100);
        await session.Put("k", "v", lease);
        await session.Revoke(revoked);

        await server.KillAndRestart();

        var left = await session.TimeToLive(lease, keys: true);
        Assert.Equal(100, left.GrantedTTL);
        Assert.InRange(left.TTL, 80, 101);
        Assert.Equal([session.Key("k")], left.Keys);
        Assert.Equal([lease], (await session.Leases()).Leases.Select(listed => listed.ID));
        await session.Revoke(lease);
        Assert.Null(await session.Get("k"));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task What_is_compacted_stays_compacted(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var first = await session.PutAll("k");
        var compacted = await session.PutAll("k");
        await session.PutAll("k");
        await session.Compact(new CompactionRequest { Revision = compacted, Physical = true });

        await server.KillAndRestart();

        await Refusal.Compacted.Answers(() => session.Range(Past(session, first)));
        await Refusal.Compacted.Answers(() => session.Compact(new CompactionRequest { Revision = compacted }));
        Assert.Equal(1, (await session.Range(Past(session, compacted))).Count);
        Assert.Equal(3, (await session.Get("k"))!.Version);
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Alarms_stay_active(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var member = (await session.Status()).Header.MemberId;
        await session.Alarm(new AlarmRequest { Action = AlarmAction.Activate, MemberID = member, Alarm = AlarmType.Nospace });

        await server.KillAndRestart();

        Assert.Equal(AlarmType.Nospace, Assert.Single((await session.Alarm(new AlarmRequest())).Alarms).Alarm);
        await Refusal.NoSpace.Answers(() => session.Put("k"));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task A_hash_stays_the_same(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.PutAll("a", "b", "a");
        await session.Delete("b");
        var before = (await session.HashKV()).Hash;

        await server.KillAndRestart();

        Assert.Equal(before, (await session.HashKV()).Hash);
    }

    private static RangeRequest Past(Session session, long revision)
    {
        var request = session.Everything;
        request.Revision = revision;
        return request;
    }
}
