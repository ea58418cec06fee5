using System.Globalization;
using Coordination.Protocol.Etcd.Locks;

namespace Coordination.Conformance.Tests;

public sealed class LockServiceTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task A_free_lock_is_the_leases_key_below_its_name(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();

        var held = await session.Lock(Request(session, lease));

        var key = await session.Get("lock/" + lease.ToString("x", CultureInfo.InvariantCulture));
        Assert.NotNull(key);
        Assert.Equal((key.Key, lease, key.CreateRevision), (held.Key, key.Lease, held.Header.Revision));
        Assert.True(key.Value.IsEmpty);
        Assert.Equal((await session.Put("other")).Header.ClusterId, held.Header.ClusterId);
    }

    [Theory, OnEveryTarget]
    public async Task A_lock_that_is_held_is_waited_for_in_the_order_of_asking(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var held = await session.Lock(Request(session, await session.Grant()));
        var second = session.Lock(Request(session, await session.Grant()));
        await AwaitLine(session, 2);
        var third = session.Lock(Request(session, await session.Grant()));
        await AwaitLine(session, 3);

        Assert.False(second.IsCompleted);
        await session.Unlock(held.Key);
        var next = await second;
        Assert.False(third.IsCompleted);
        await session.Unlock(next.Key);

        Assert.Equal([(await third).Key], (await session.Range(Line(session))).Kvs.Select(key => key.Key));
    }

    [Theory, OnEveryTarget]
    public async Task Locks_of_other_names_are_other_locks(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        await session.Lock(new LockRequest { Name = session.Key("lock"), Lease = await session.Grant() });

        var other = await session.Lock(new LockRequest { Name = session.Key("lock2"), Lease = lease });
        var below = await session.Lock(new LockRequest { Name = session.Key("loc"), Lease = lease });

        Assert.NotEqual(other.Key, below.Key);
    }

    [Theory, OnEveryTarget]
    public async Task Keys_that_clients_put_in_line_themselves_are_waited_for(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("lock/of a client", "", await session.Grant());
        var waiting = session.Lock(Request(session, await session.Grant()));
        await AwaitLine(session, 2);

        Assert.False(waiting.IsCompleted);
        await session.Delete("lock/of a client");

        Assert.Equal([(await waiting).Key], (await session.Range(Line(session))).Kvs.Select(key => key.Key));
    }

    [Theory, OnEveryTarget]
    public async Task A_lease_that_has_the_lock_gets_it_again(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        var held = await session.Lock(Request(session, lease));

        Assert.Equal(held.Key, (await session.Lock(Request(session, lease))).Key);
    }

    [Theory, OnEveryTarget]
    public async Task A_wait_that_is_taken_back_leaves_the_line(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var held = await session.Lock(Request(session, await session.Grant()));
        using var taken = session.BeginLock(Request(session, await session.Grant()));
        await AwaitLine(session, 2);
        var waiting = session.Lock(Request(session, await session.Grant()));
        await AwaitLine(session, 3);

        taken.Dispose();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => taken.ResponseAsync)).StatusCode);
        await AwaitLine(session, 2);
        Assert.False(waiting.IsCompleted);
        await session.Unlock(held.Key);

        await waiting;
    }

    [Theory, OnEveryTarget]
    public async Task The_lock_of_a_lease_that_ends_is_the_next_ones(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        await session.Lock(Request(session, lease));
        var waiting = session.Lock(Request(session, await session.Grant()));
        await AwaitLine(session, 2);

        await session.Revoke(lease);

        Assert.Equal([(await waiting).Key], (await session.Range(Line(session))).Kvs.Select(key => key.Key));
    }

    [Theory, OnEveryTarget]
    public async Task A_lease_that_expires_gives_the_lock_up(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Lock(Request(session, await session.Grant(seconds: 1)));

        await session.Lock(Request(session, await session.Grant()));

        await AwaitLine(session, 1);
    }

    [Theory, OnEveryTarget]
    public async Task A_waiter_whose_lease_ends_does_not_get_the_lock(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var held = await session.Lock(Request(session, await session.Grant()));
        var lease = await session.Grant();
        var waiting = session.Lock(Request(session, lease));
        await AwaitLine(session, 2);

        await session.Revoke(lease);
        await session.Unlock(held.Key);

        if (target.Capabilities.ChecksLeaseAfterLockWait)
        {
            await new Refusal(StatusCode.Unknown, "mutex: session is expired").Answers(() => waiting);
        }
        else
        {
            Assert.Null(await session.Get(session.NameOf((await waiting).Key)));
        }
    }

    [Theory, OnEveryTarget]
    public async Task Whoever_knows_the_key_can_unlock(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var held = await session.Lock(Request(session, await session.Grant()));
        var stranger = await servers.Open(target);

        var unlocked = await stranger.Unlock(held.Key);

        Assert.Equal(held.Header.Revision + 1, unlocked.Header.Revision);
        await AwaitLine(session, 0);
    }

    [Theory, OnEveryTarget]
    public async Task Unlocking_what_is_not_locked_is_no_error_and_no_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.Revision();

        Assert.Equal(revision, (await session.Unlock(session.Key("lock/nothing"))).Header.Revision);
    }

    [Theory, OnEveryTarget]
    public async Task An_unknown_lease_is_refused_and_leaves_nothing_behind(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        await Refusal.LeaseNotFoundInService.Answers(() => session.Lock(Request(session, 4711)));

        await AwaitLine(session, 0);
    }

    [Theory, OnEveryTarget]
    public async Task Without_a_lease_the_lock_is_held_for_a_minute(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var held = await session.Lock(Request(session, 0));

        var key = await session.Get(session.NameOf(held.Key));
        Assert.NotNull(key);
        Assert.Equal(60, (await session.TimeToLive(key.Lease)).GrantedTTL);
    }

    private static LockRequest Request(Session session, long lease) => new() { Name = session.Key("lock"), Lease = lease };

    private static RangeRequest Line(Session session) => new() { Key = session.Key("lock/"), RangeEnd = session.Key("lock0") };

    private static Task AwaitLine(Session session, int length) =>
        Eventually.Holds(async () => (await session.Range(Line(session))).Count == length);
}
