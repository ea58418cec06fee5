using Google.Protobuf;

namespace Coordination.Conformance.Tests;

public sealed class WatchCreateTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Ids_count_up_from_zero_on_each_stream(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var first = session.Watch();
        using var second = session.Watch();

        long[] ids = [await NewId(first, session), await NewId(first, session), await NewId(first, session)];

        Assert.Equal([0, 1, 2], ids);
        Assert.Equal(0, await NewId(second, session));
    }

    [Theory, OnEveryTarget]
    public async Task An_id_is_not_given_again_after_cancellation(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await NewId(stream, session);
        var last = await NewId(stream, session);
        await stream.Cancel(last);
        Assert.True((await stream.Next()).Canceled);

        Assert.Equal(last + 1, await NewId(stream, session));
    }

    [Theory]
    [OnEveryTarget(7)]
    [OnEveryTarget(-5)]
    [OnEveryTarget(long.MaxValue)]
    public async Task The_client_may_choose_the_id(IConformanceTarget target, long id)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();

        Assert.Equal(id, (await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), WatchId = id })).WatchId);

        await session.Put("k");
        Assert.Equal(id, (await stream.Next()).WatchId);
    }

    [Theory, OnEveryTarget]
    public async Task Chosen_ids_are_passed_over(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), WatchId = 1 });

        long[] ids = [await NewId(stream, session), await NewId(stream, session)];

        Assert.Equal([0, 2], ids);
    }

    [Theory, OnEveryTarget]
    public async Task An_id_in_use_is_refused_and_the_stream_goes_on(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        var request = new WatchCreateRequest { Key = session.Key("k"), WatchId = 7 };
        await stream.Watch(request);

        var refused = await stream.Watch(request);

        Assert.Equal((true, -1, "mvcc: duplicate watch ID provided on the WatchStream"),
            (refused.Canceled, refused.WatchId, refused.CancelReason));
        Assert.Equal(0, refused.CompactRevision);
        await session.Put("k");
        Assert.Equal(7, (await stream.Next()).WatchId);
    }

    [Theory, OnEveryTarget]
    public async Task A_cancelled_id_may_be_chosen_again(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        var request = new WatchCreateRequest { Key = session.Key("k"), WatchId = 7 };
        await stream.Watch(request);
        await stream.Cancel(7);
        await stream.Next();

        var response = await stream.Watch(request);

        Assert.Equal((7, false), (response.WatchId, response.Canceled));
    }

    [Theory]
    [OnEveryTarget("b", "b")]
    [OnEveryTarget("b", "a")]
    public async Task A_range_that_ends_before_it_begins_is_refused(IConformanceTarget target, string key, string end)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();

        var response = await stream.Watch(new WatchCreateRequest { Key = session.Key(key), RangeEnd = session.Key(end) });

        Assert.Equal((true, -1, "mvcc: watcher range is empty"), (response.Canceled, response.WatchId, response.CancelReason));
    }

    [Theory, OnEveryTarget]
    public async Task The_created_response_tells_the_current_revision_and_nothing_else(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.PutAll("k");
        using var stream = session.Watch();

        var response = await stream.Watch(session.Key("k"));

        Assert.Equal(revision, response.Header.Revision);
        Assert.NotEqual(0UL, response.Header.ClusterId);
        Assert.NotEqual(0UL, response.Header.MemberId);
        Assert.Equal((false, 0, "", false, 0),
            (response.Canceled, response.CompactRevision, response.CancelReason, response.Fragment, response.Events.Count));
    }

    [Theory, OnEveryTarget]
    public async Task Created_responses_come_in_the_order_of_the_requests(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        long[] ids = [5, 3, 9, 4];
        foreach (var id in ids)
        {
            await stream.Create(new WatchCreateRequest { Key = session.Key("k"), WatchId = id });
        }

        var created = new List<long>();
        foreach (var _ in ids)
        {
            created.Add((await stream.Next()).WatchId);
        }

        Assert.Equal(ids, created);
    }

    [Theory, OnEveryTarget]
    public async Task The_created_response_comes_before_the_events(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.PutAll("k");
        using var stream = session.Watch();
        foreach (var _ in Enumerable.Range(0, 20))
        {
            await stream.Create(new WatchCreateRequest { Key = session.Key("k"), StartRevision = revision });
        }

        var created = new HashSet<long>();
        var told = 0;
        while (told < 20)
        {
            var response = await stream.Next();
            told += response.Events.Count;
            Assert.True(response.Created ? created.Add(response.WatchId) : created.Contains(response.WatchId));
        }
    }

    [Theory]
    [OnEveryTarget("", 1, OwnServer = true)]
    [OnEveryTarget("\0", 2, OwnServer = true)]
    public async Task An_empty_key_is_the_first_possible_key(IConformanceTarget target, string end, int seen)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { RangeEnd = Bytes.Of(end) });
        await session.Put(new PutRequest { Key = Bytes.Zero });
        await session.Put(new PutRequest { Key = Bytes.Of("k") });
        await session.Put(new PutRequest { Key = Bytes.Zero });

        var keys = (await stream.Events(seen + 1)).Select(change => change.Kv.Key);

        ByteString[] expected = seen == 1 ? [Bytes.Zero, Bytes.Zero] : [Bytes.Zero, Bytes.Of("k"), Bytes.Zero];
        Assert.Equal(expected, keys);
    }

    [Theory, OnEveryTarget]
    public async Task A_stream_without_requests_is_silent_and_an_empty_request_is_passed_over(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();

        await stream.Send(new WatchRequest());

        Assert.Equal(0, await NewId(stream, session));
    }

    private static async Task<long> NewId(WatchStream stream, Session session) => (await stream.Watch(session.Key("k"))).WatchId;
}
