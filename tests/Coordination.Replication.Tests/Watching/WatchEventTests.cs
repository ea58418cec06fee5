using static Coordination.Replication.Tests.WatchFixture;

namespace Coordination.Replication.Tests;

public sealed class WatchEventTests
{
    private readonly WatchFixture _fixture = new();

    [Fact]
    public async Task A_watch_from_now_on_sees_nothing_earlier()
    {
        _fixture.Put("a", "before");
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a"));

        _fixture.Put("a", "after");

        Assert.Equal("0 @3 [3 put a=after]", await client.SayAsync());
    }

    [Fact]
    public async Task A_write_that_the_view_had_before_the_watch_is_not_told_when_it_is_published_after()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("x"));
        _fixture.ApplyOnly(WatchCommand("a", "early"));

        await client.SendAsync(Watch("a"));
        Assert.Equal("1 @2 created", await client.SayAsync());
        _fixture.Publish();
        _fixture.Put("a", "late");

        Assert.Equal("1 @3 [3 put a=late]", await client.SayAsync());
    }

    [Fact]
    public async Task Keys_outside_the_range_are_not_told()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("b", "d"));
        foreach (string key in (string[])["a", "b", "d", "bb", "e", "c"])
        {
            _fixture.Put(key);
        }

        Assert.Equal([3, 5, 7], await client.RevisionsAsync(3));
    }

    [Fact]
    public async Task A_watch_without_end_sees_all_later_keys()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("b", "*"));
        _fixture.Put("a");
        _fixture.Put("b");
        _fixture.Put("\uffff");

        Assert.Equal([3, 4], await client.RevisionsAsync(2));
    }

    [Fact]
    public async Task The_changes_of_a_revision_come_in_one_response_in_their_order()
    {
        _fixture.Put("k1");
        _fixture.Put("k2");
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("k", "l"));
        _fixture.Txn(PutOf("kz", "1"), new StateMachine.DeleteRangeOperation(RangeOf("k1", "k9")), PutOf("ka", "2"), PutOf("z", "3"));

        Assert.Equal("0 @4 [4 put kz=1, 4 delete k1, 4 delete k2, 4 put ka=2]", await client.SayAsync());
    }

    [Fact]
    public async Task The_key_before_an_event_is_told_to_who_asks()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a") with { WithPrevious = true });
        using var other = _fixture.Open();
        await other.CreateAsync(Watch("a"));
        _fixture.Put("a", "1");
        _fixture.Put("a", "2");
        _fixture.Delete("a");
        _fixture.Put("a", "3");

        Assert.Equal("0 @2 [2 put a=1]", await client.SayAsync());
        Assert.Equal("0 @3 [3 put a=2 was 1]", await client.SayAsync());
        Assert.Equal("0 @4 [4 delete a was 2]", await client.SayAsync());
        Assert.Equal("0 @5 [5 put a=3]", await client.SayAsync());
        Assert.Equal(["0 @2 [2 put a=1]", "0 @3 [3 put a=2]"], [await other.SayAsync(), await other.SayAsync()]);
    }

    [Fact]
    public async Task Filters_leave_out_puts_or_deletions_and_what_is_left_empty_is_not_sent()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a") with { NoPut = true });
        await client.CreateAsync(Watch("a") with { NoDelete = true });
        await client.CreateAsync(Watch("a") with { NoPut = true, NoDelete = true });
        _fixture.Put("a");
        _fixture.Delete("a");

        Assert.Equal("1 @2 [2 put a=]", await client.SayAsync());
        Assert.Equal("0 @3 [3 delete a]", await client.SayAsync());
        await client.CreateAsync(Watch("b"));
    }

    [Fact]
    public async Task An_event_is_encoded_once_for_all_its_watchers()
    {
        _fixture.Put("a", "0");
        using var client = _fixture.Open();
        for (int i = 0; i < 100; i++)
        {
            await client.CreateAsync(Watch("a", i % 2 == 0 ? null : "b") with { WithPrevious = i % 3 == 0 });
        }

        _fixture.Put("a", "1");
        var told = new HashSet<long>();
        for (int i = 0; i < 100; i++)
        {
            told.Add((await client.NextAsync()).WatchId);
        }

        Assert.Equal(100, told.Count);
        Assert.Equal(2, _fixture.Encoder.Encoded);
        Assert.Equal(100, _fixture.Hub.EventsSent);
    }

    [Fact]
    public async Task Large_revisions_come_in_parts_back_to_back_to_who_can_take_that()
    {
        var fixture = new WatchFixture(new WatchHubOptions { ResponseBytesMax = 64 + 30 });
        using var client = fixture.Open();
        await client.CreateAsync(Watch("a", "z") with { MayFragment = true });
        await client.CreateAsync(Watch("a", "z"));
        fixture.Txn(PutOf("a", "12"), PutOf("b", "34"), PutOf("c", new string('x', 50)), PutOf("d", "56"));

        var said = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            said.Add(await client.SayAsync());
        }

        string whole = $"1 @2 [2 put a=12, 2 put b=34, 2 put c={new string('x', 50)}, 2 put d=56]";
        Assert.Contains(whole, said);
        said.Remove(whole);
        Assert.Equal(
            ["0 @2 part [2 put a=12, 2 put b=34]", $"0 @2 part [2 put c={new string('x', 50)}]", "0 @2 [2 put d=56]"], said);
        Assert.NotEqual(whole, said[1]);
    }

    [Fact]
    public async Task A_watch_from_the_future_is_told_nothing_earlier()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a", from: 4));
        _fixture.Put("a");
        _fixture.Put("a");
        _fixture.Put("a");
        _fixture.Put("a");

        Assert.Equal([4, 5], await client.RevisionsAsync(2));
    }

    [Fact]
    public async Task Nothing_is_missed_between_streams()
    {
        using (var first = _fixture.Open())
        {
            await first.CreateAsync(Watch("a"));
        }

        _fixture.Put("a");
        using var second = _fixture.Open();
        await second.CreateAsync(Watch("a"));
        _fixture.Put("a");

        Assert.Equal("0 @3 [3 put a=]", await second.SayAsync());
        Assert.Equal(0, _fixture.Hub.LaggingWatcherCount);
    }

    private static StateMachine.PutCommand WatchCommand(string key, string value) => new(PutOf(key, value));
}
