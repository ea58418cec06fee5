using System.Globalization;
using Coordination.Protocol.Etcd.Elections;
using Google.Protobuf;

namespace Coordination.Conformance.Tests;

public sealed class ElectionServiceTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task The_only_candidate_leads_with_its_leases_key(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();

        var elected = await session.Campaign(Request(session, lease, "a"));

        var key = await session.Get("election/" + lease.ToString("x", CultureInfo.InvariantCulture));
        Assert.NotNull(key);
        Assert.Equal(
            new LeaderKey { Name = Name(session), Key = key.Key, Rev = key.CreateRevision, Lease = lease }, elected.Leader);
        Assert.Equal(key.CreateRevision, elected.Header.Revision);
        var leader = await session.Leader(Name(session));
        Assert.Equal(key, leader.Kv);
        Assert.Equal("a", leader.Kv.Value.ToStringUtf8());
        Assert.Equal(await session.Revision(), leader.Header.Revision);
    }

    [Theory, OnEveryTarget]
    public async Task Candidates_lead_one_after_another(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var first = await session.Campaign(Request(session, await session.Grant(), "a"));
        var second = session.Campaign(Request(session, await session.Grant(), "b"));
        await AwaitLine(session, 2);
        var third = session.Campaign(Request(session, await session.Grant(), "c"));
        await AwaitLine(session, 3);

        Assert.False(second.IsCompleted);
        await session.Resign(first.Leader);
        var next = await second;
        Assert.False(third.IsCompleted);
        Assert.Equal("b", (await session.Leader(Name(session))).Kv.Value.ToStringUtf8());
        await session.Resign(next.Leader);

        Assert.True((await third).Leader.Rev > next.Leader.Rev);
    }

    [Theory, OnEveryTarget]
    public async Task Nobody_leads_before_somebody_stands(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        await Refusal.NoElectedLeader.Answers(() => session.Leader(Name(session)));
    }

    [Theory, OnEveryTarget]
    public async Task The_leader_proclaims_as_long_as_it_leads(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        var elected = await session.Campaign(Request(session, lease, "a"));

        var proclaimed = await session.Proclaim(elected.Leader, "b");
        var leader = await session.Leader(Name(session));
        await session.Resign(elected.Leader);

        Assert.Equal(("b", elected.Leader.Rev, lease), (leader.Kv.Value.ToStringUtf8(), leader.Kv.CreateRevision, leader.Kv.Lease));
        Assert.Equal(proclaimed.Header.Revision, leader.Kv.ModRevision);
        await Refusal.NotElected.Answers(() => session.Proclaim(elected.Leader, "c"));
    }

    [Theory, OnEveryTarget]
    public async Task Standing_again_replaces_the_proposal(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        var elected = await session.Campaign(Request(session, lease, "a"));

        Assert.Equal(elected.Leader, (await session.Campaign(Request(session, lease, "b"))).Leader);

        Assert.Equal("b", (await session.Leader(Name(session))).Kv.Value.ToStringUtf8());
    }

    [Theory, OnEveryTarget]
    public async Task A_candidature_that_is_taken_back_leaves_the_line(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var elected = await session.Campaign(Request(session, await session.Grant(), "a"));
        using var taken = session.BeginCampaign(Request(session, await session.Grant(), "b"));
        await AwaitLine(session, 2);
        var waiting = session.Campaign(Request(session, await session.Grant(), "c"));
        await AwaitLine(session, 3);

        taken.Dispose();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => taken.ResponseAsync)).StatusCode);
        await AwaitLine(session, 2);
        await session.Resign(elected.Leader);
        await waiting;

        Assert.Equal("c", (await session.Leader(Name(session))).Kv.Value.ToStringUtf8());
    }

    [Theory, OnEveryTarget]
    public async Task A_leader_whose_lease_ends_leads_no_more(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var lease = await session.Grant();
        var old = await session.Campaign(Request(session, lease, "old"));
        var waiting = session.Campaign(Request(session, await session.Grant(), "new"));
        await AwaitLine(session, 2);

        await session.Revoke(lease);
        await waiting;

        await Refusal.NotElected.Answers(() => session.Proclaim(old.Leader, "old again"));
        await session.Resign(old.Leader);
        Assert.Equal("new", (await session.Leader(Name(session))).Kv.Value.ToStringUtf8());
    }

    [Theory, OnEveryTarget]
    public async Task Whoever_has_the_leaders_key_and_revision_can_resign_for_it(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var elected = await session.Campaign(Request(session, await session.Grant(), "a"));
        var stranger = await servers.Open(target);
        var stale = elected.Leader.Clone();
        stale.Rev--;

        await stranger.Resign(stale);
        Assert.Equal(elected.Leader.Key, (await session.Leader(Name(session))).Kv.Key);
        await stranger.Resign(elected.Leader);

        await Refusal.NoElectedLeader.Answers(() => session.Leader(Name(session)));
    }

    [Theory, OnEveryTarget]
    public async Task Without_a_leader_nothing_is_proclaimed_or_resigned(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        await Refusal.LeaderNotProvided.Answers(() => session.Proclaim(null, "a"));
        await Refusal.LeaderNotProvided.Answers(() => session.Resign(null));
    }

    [Theory, OnEveryTarget]
    public async Task An_unknown_lease_is_refused_and_leaves_nothing_behind(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        await Refusal.LeaseNotFoundInService.Answers(() => session.Campaign(Request(session, 4711, "a")));

        await AwaitLine(session, 0);
    }

    [Theory, OnEveryTarget]
    public async Task Observers_see_every_leader_and_every_proclamation(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var first = await session.Campaign(Request(session, await session.Grant(), "a"));
        using var observed = session.Observe(Name(session));

        Assert.Equal(("a", first.Leader.Key), await Next(observed));
        await session.Proclaim(first.Leader, "a2");
        Assert.Equal(("a2", first.Leader.Key), await Next(observed));
        var second = session.Campaign(Request(session, await session.Grant(), "b"));
        await AwaitLine(session, 2);
        await session.Resign(first.Leader);

        Assert.Equal(("b", (await second).Leader.Key), await Next(observed));
    }

    [Theory, OnEveryTarget]
    public async Task Observers_wait_for_the_first_leader(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var observed = session.Observe(Name(session));
        var next = Next(observed);

        var elected = await session.Campaign(Request(session, await session.Grant(), "a"));

        Assert.Equal(("a", elected.Leader.Key), await next);
    }

    private static ByteString Name(Session session) => session.Key("election");

    private static CampaignRequest Request(Session session, long lease, string value) =>
        new() { Name = Name(session), Lease = lease, Value = Bytes.Of(value) };

    private static Task AwaitLine(Session session, int length) => Eventually.Holds(async () =>
    {
        var line = await session.Range(new RangeRequest { Key = session.Key("election/"), RangeEnd = session.Key("election0") });
        return line.Count == length;
    });

    private static async Task<(string Value, ByteString Key)> Next(AsyncServerStreamingCall<LeaderResponse> observed)
    {
        Assert.True(await observed.ResponseStream.MoveNext(TestContext.Current.CancellationToken), "The server ended the stream.");
        var leader = observed.ResponseStream.Current.Kv;
        return (leader.Value.ToStringUtf8(), leader.Key);
    }
}
