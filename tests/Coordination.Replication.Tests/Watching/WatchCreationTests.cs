using static Coordination.Replication.Tests.WatchFixture;

namespace Coordination.Replication.Tests;

public sealed class WatchCreationTests
{
    private readonly WatchFixture _fixture = new();

    [Fact]
    public async Task Ids_count_up_on_each_stream_and_never_come_again()
    {
        using var first = _fixture.Open();
        using var second = _fixture.Open();

        Assert.Equal(0, await first.CreateAsync(Watch("a")));
        Assert.Equal(1, await first.CreateAsync(Watch("a")));
        await first.CancelAsync(1);
        Assert.Equal("1 @1 canceled", await first.SayAsync());

        Assert.Equal(2, await first.CreateAsync(Watch("a")));
        Assert.Equal(0, await second.CreateAsync(Watch("a")));
    }

    [Fact]
    public async Task Ids_that_a_client_chose_are_passed_over()
    {
        using var client = _fixture.Open();

        Assert.Equal(1, await client.CreateAsync(Watch("a") with { WatchId = 1 }));
        Assert.Equal(-5, await client.CreateAsync(Watch("a") with { WatchId = -5 }));

        Assert.Equal(0, await client.CreateAsync(Watch("a")));
        Assert.Equal(2, await client.CreateAsync(Watch("a")));
    }

    [Fact]
    public async Task An_id_in_use_is_refused_and_can_be_chosen_again_once_it_is_free()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a") with { WatchId = 7 });

        await client.SendAsync(Watch("a") with { WatchId = 7 });
        Assert.Equal("-1 @1 refused DuplicateId", await client.SayAsync());
        await client.CancelAsync(7);
        Assert.Equal("7 @1 canceled", await client.SayAsync());

        Assert.Equal(7, await client.CreateAsync(Watch("a") with { WatchId = 7 }));
    }

    [Theory]
    [InlineData("b", "b")]
    [InlineData("b", "a")]
    public async Task A_range_without_keys_is_refused(string key, string end)
    {
        using var client = _fixture.Open();

        await client.SendAsync(Watch(key, end));

        Assert.Equal("-1 @1 refused EmptyRange", await client.SayAsync());
        Assert.Equal(0, await client.CreateAsync(Watch("a")));
    }

    [Fact]
    public async Task A_negative_start_is_refused_as_compacted()
    {
        using var client = _fixture.Open();

        await client.SendAsync(Watch("a", from: -1));

        Assert.Equal("-1 @1 refused CompactedStart", await client.SayAsync());
    }

    [Fact]
    public async Task Answers_come_in_the_order_of_the_requests_and_before_events()
    {
        long start = _fixture.Put("a", "1");
        using var client = _fixture.Open();
        foreach (long id in (long[])[5, 3, 9])
        {
            await client.SendAsync(Watch("a", from: start) with { WatchId = id });
        }

        var created = new List<long>();
        for (int told = 0; told < 3;)
        {
            var next = await client.NextAsync();
            if (next.Notice.Kind == WatchNoticeKind.Created)
            {
                created.Add(next.WatchId);
            }
            else
            {
                Assert.Contains(next.WatchId, created);
                told++;
            }
        }

        Assert.Equal([5, 3, 9], created);
    }

    [Fact]
    public async Task The_answer_shows_the_current_revision()
    {
        _fixture.Put("a");
        using var client = _fixture.Open();

        await client.SendAsync(Watch("a"));

        Assert.Equal("0 @2 created", await client.SayAsync());
    }

    [Fact]
    public async Task Cancelling_what_does_not_exist_is_passed_over()
    {
        using var client = _fixture.Open();

        await client.CancelAsync(99);

        Assert.Equal(0, await client.CreateAsync(Watch("a")));
    }

    [Fact]
    public async Task A_cancelled_watcher_is_told_nothing_more()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a"));
        await client.CreateAsync(Watch("a"));

        await client.CancelAsync(0);
        Assert.Equal("0 @1 canceled", await client.SayAsync());
        _fixture.Put("a");

        Assert.Equal("1 @2 [2 put a=]", await client.SayAsync());
        Assert.Equal(1, _fixture.Hub.WatcherCount);
    }

    [Fact]
    public async Task A_closed_stream_takes_its_watchers_along()
    {
        using var kept = _fixture.Open();
        await kept.CreateAsync(Watch("a"));
        var closed = _fixture.Open();
        await closed.CreateAsync(Watch("a"));
        await closed.CreateAsync(Watch("a", "b", from: 1));

        closed.Dispose();
        closed.Dispose();
        await kept.CreateAsync(Watch("b"));

        Assert.False(await closed.TryTakeAsync());
        Assert.Equal((1, 2), (_fixture.Hub.StreamCount, _fixture.Hub.WatcherCount));
        Assert.Equal(WatchStreamEnd.Closed, closed.Stream.End);
    }

    [Fact]
    public async Task Streams_end_when_the_hub_stops_and_later_ones_at_once()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a"));
        var waiting = client.TryTakeAsync();

        _fixture.Hub.Stop();
        using var late = _fixture.Open();

        Assert.False(await waiting);
        Assert.False(await late.TryTakeAsync());
        Assert.Equal((WatchStreamEnd.Stopped, WatchStreamEnd.Stopped), (client.Stream.End, late.Stream.End));
    }

    [Fact]
    public async Task Requests_wait_while_too_many_answers_are_not_taken()
    {
        var fixture = new WatchFixture(new WatchHubOptions { RequestsMax = 2 });
        using var client = fixture.Open();
        await client.SendAsync(Watch("a"));
        await client.SendAsync(Watch("a"));

        var third = client.SendAsync(Watch("a"));
        Assert.False(third.IsCompleted);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal($"{i} @1 created", await client.SayAsync());
        }

        await third;
    }
}
