using Coordination.StateMachine;
using static Coordination.Replication.Tests.WatchFixture;

namespace Coordination.Replication.Tests;

/// <summary>Watches end where their keys went to another partition: told everything until then, and nothing after it.</summary>
public sealed class WatchMoveTests
{
    private readonly WatchFixture _fixture = new();

    [Fact]
    public async Task A_live_watch_on_moved_keys_ends_at_the_last_revision_that_they_were_here()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("b", "c"));
        await client.CreateAsync(Watch("a"));
        _fixture.Put("b1", "x");

        _fixture.Move("b");
        _fixture.Put("a", "y");

        Assert.Equal("0 @2 [2 put b1=x]", await client.SayAsync());
        Assert.Equal("0 @2 moved", await client.SayAsync());
        Assert.Equal("1 @4 [4 put a=y]", await client.SayAsync());
        Assert.Equal(1, _fixture.Hub.WatcherCount);
    }

    [Fact]
    public async Task A_move_and_what_came_before_and_after_it_are_told_apart_in_one_batch()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a", "*"));
        _fixture.ApplyOnly(new PutCommand(PutOf("b1", "x")));
        _fixture.ApplyOnly(new PutCommand(PutOf("a", "1")));
        _fixture.ApplyOnly(new DelegatePrefixCommand(Bytes("b"), 1));
        _fixture.ApplyOnly(new PutCommand(PutOf("a", "2")));
        _fixture.Publish();

        Assert.Equal("0 @2 [2 put b1=x]", await client.SayAsync());
        Assert.Equal("0 @3 [3 put a=1]", await client.SayAsync());
        Assert.Equal("0 @3 moved", await client.SayAsync());
        Assert.Equal(0, _fixture.Hub.WatcherCount);
    }

    [Fact]
    public async Task A_move_without_keys_ends_watches_too()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("b1"));

        _fixture.Move("b");

        Assert.Equal("0 @1 moved", await client.SayAsync());
    }

    [Fact]
    public async Task The_revision_of_a_move_is_passed_over_without_anybody_falling_behind()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a"));
        _fixture.Put("b1");

        _fixture.Move("b");
        await client.AskProgressAsync();

        Assert.Equal("-1 @3 progress", await client.SayAsync());
        Assert.Equal(0, _fixture.Hub.LaggingWatcherCount);
    }

    [Fact]
    public async Task A_watch_from_the_past_is_told_the_history_until_the_move()
    {
        _fixture.Put("b1", "1");
        _fixture.Put("b1", "2");
        _fixture.Move("b");
        _fixture.Put("a", "3");
        using var client = _fixture.Open();

        await client.CreateAsync(Watch("a", "*", from: 2));

        Assert.Equal("0 @5 [2 put b1=1]", await client.SayAsync());
        Assert.Equal("0 @5 [3 put b1=2]", await client.SayAsync());
        Assert.Equal("0 @3 moved", await client.SayAsync());
    }

    [Fact]
    public async Task A_watch_from_a_later_revision_ends_at_the_move_at_once()
    {
        _fixture.Move("b");
        _fixture.Put("a");
        _fixture.Compact(2);
        using var client = _fixture.Open();

        await client.CreateAsync(Watch("b", "c", from: 2));
        Assert.Equal("0 @1 moved", await client.SayAsync());
        await client.CreateAsync(Watch("b1", from: 99));
        Assert.Equal("1 @1 moved", await client.SayAsync());
    }

    [Fact]
    public async Task A_watch_for_a_later_revision_ends_when_its_keys_move()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("b1", from: 99));

        _fixture.Move("b");

        Assert.Equal("0 @1 moved", await client.SayAsync());
    }

    [Fact]
    public async Task A_watch_from_now_on_keys_that_are_elsewhere_is_refused()
    {
        _fixture.Move("b");
        using var client = _fixture.Open();

        await client.SendAsync(Watch("a", "*") with { WatchId = 7 });

        Assert.Equal("7 @1 refused WrongPartition", await client.SayAsync());
        Assert.Equal(0, _fixture.Hub.WatcherCount);
    }

    [Fact]
    public async Task Where_an_inner_part_went_earlier_a_watch_ends_there()
    {
        _fixture.Put("b/i", "1");
        _fixture.Move("b/i", 2);
        _fixture.Put("b/o", "2");
        _fixture.Move("b/", 1);
        using var client = _fixture.Open();

        await client.CreateAsync(Watch("b/", "c", from: 2));
        Assert.Equal(["0 @5 [2 put b/i=1]", "0 @2 moved"], await TakeAsync(client, 2));
        await client.CreateAsync(Watch("b/o", from: 2));
        Assert.Equal(["1 @5 [4 put b/o=2]", "1 @4 moved"], await TakeAsync(client, 2));
    }

    [Fact]
    public async Task A_watch_whose_stream_was_full_gets_what_came_before_the_move_and_then_ends()
    {
        var fixture = new WatchFixture(new WatchHubOptions { StreamBytesMax = 200, StreamBytesLow = 100, HistorySliceChanges = 3 });
        using var client = fixture.Open();
        await client.CreateAsync(Watch("a", "*"));
        for (int i = 0; i < 50; i++)
        {
            fixture.Put("b1");
        }

        fixture.Move("b");
        for (int i = 0; i < 50; i++)
        {
            fixture.Put("a");
        }

        Assert.Equal(Enumerable.Range(2, 50).Select(static i => (long)i), await client.RevisionsAsync(50));
        Assert.Equal("0 @51 moved", await client.SayAsync());
    }

    [Fact]
    public async Task A_snapshot_that_owns_less_ends_watches()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a", "*"));
        await client.CreateAsync(Watch("a"));
        _fixture.ApplyOnly(new PutCommand(PutOf("b1", "x")));
        _fixture.ApplyOnly(new DelegatePrefixCommand(Bytes("b"), 1));
        _fixture.ApplyOnly(new PutCommand(PutOf("a", "y")));
        _fixture.ForgetUnpublished();

        _fixture.Hub.Missed();

        Assert.Equal(
            ["0 @2 moved", "0 @4 [2 put b1=x]", "1 @4 [4 put a=y]"], (await TakeAsync(client, 3)).Order());
    }

    [Fact]
    public async Task A_snapshot_with_no_other_revision_ends_watches_too()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("b1"));
        _fixture.ApplyOnly(new DelegatePrefixCommand(Bytes("b"), 1));
        _fixture.ForgetUnpublished();

        _fixture.Hub.Missed();

        Assert.Equal("0 @1 moved", await client.SayAsync());
    }

    [Fact]
    public async Task A_partition_that_retires_ends_its_watches()
    {
        var fixture = new WatchFixture(begunAs: PartitionPhase.Receiving);
        fixture.Apply(new ServeCommand(5, []));
        using var client = fixture.Open();
        await client.CreateAsync(Watch("b1"));
        fixture.Put("b1", "x");
        fixture.Delete("b1");

        fixture.Apply(new RetireCommand());
        await client.SendAsync(Watch("b1", from: 7) with { WatchId = 3 });

        Assert.Equal(
            ["0 @6 [6 put b1=x]", "0 @7 [7 delete b1]", "0 @7 moved", "3 @7 created", "3 @7 [7 delete b1]", "3 @7 moved"],
            (await TakeAsync(client, 6)).OrderBy(static said => said[0]));
    }

    [Fact]
    public async Task A_new_partition_answers_when_it_serves()
    {
        var fixture = new WatchFixture(begunAs: PartitionPhase.Receiving);
        using var client = fixture.Open();
        await client.SendAsync(Watch("b1"));
        await client.SendAsync(Watch("b1") with { WatchId = 9 });
        await client.SendAsync(Watch("b1", from: 6));
        await client.CancelAsync(9);
        Assert.Equal("9 @0 canceled", (await client.SayAsync()).Replace("@1", "@0", StringComparison.Ordinal));

        fixture.Apply(new ServeCommand(5, []));

        Assert.Equal(["0 @5 created", "1 @5 created"], await TakeAsync(client, 2));
        fixture.Put("b1", "x");
        Assert.Equal(["0 @6 [6 put b1=x]", "1 @6 [6 put b1=x]"], (await TakeAsync(client, 2)).Order());
    }

    [Fact]
    public async Task Watches_around_a_prefix_that_comes_back_go_on()
    {
        _fixture.Put("b1");
        _fixture.Move("b");
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a"));

        _fixture.Apply(new AdoptPrefixCommand(Bytes("b"), 1, 20, []));
        _fixture.Put("a", "x");

        Assert.Equal("0 @21 [21 put a=x]", await client.SayAsync());
    }

    [Fact]
    public async Task Who_returns_with_keys_that_come_back_misses_nothing_until_the_next_compaction()
    {
        _fixture.Move("b");
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a"));
        _fixture.Apply(new AdoptPrefixCommand(Bytes("b"), 1, 20, []));
        _fixture.Put("b1", "x");

        await client.CreateAsync(Watch("b1", from: 5) with { ReturnedFrom = 1 });
        Assert.Equal("1 @21 [21 put b1=x]", await client.SayAsync());
        await client.CreateAsync(Watch("b1", from: 5) with { ReturnedFrom = 2 });
        Assert.Equal("2 @0 compacted 20", await client.SayAsync());
        _fixture.Compact(21);
        await client.CreateAsync(Watch("b1", from: 5) with { ReturnedFrom = 1 });
        Assert.Equal("3 @0 compacted 21", await client.SayAsync());
    }

    private static async Task<string[]> TakeAsync(WatchClient client, int count)
    {
        var said = new string[count];
        for (int i = 0; i < count; i++)
        {
            said[i] = await client.SayAsync();
        }

        return said;
    }
}
