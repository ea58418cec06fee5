using Coordination.StateMachine;
using static Coordination.Replication.Tests.WatchFixture;

namespace Coordination.Replication.Tests;

public sealed class WatchHistoryTests
{
    private readonly WatchFixture _fixture = new();

    [Fact]
    public async Task A_watch_from_the_past_is_told_everything_since_and_shown_the_current_revision()
    {
        _fixture.Put("a", "0");
        _fixture.Put("a", "1");
        _fixture.Put("b", "2");
        _fixture.Delete("a");
        _fixture.Put("c", "3");
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a", from: 3) with { WithPrevious = true });

        Assert.Equal("0 @6 [3 put a=1 was 0]", await client.SayAsync());
        Assert.Equal("0 @6 [5 delete a was 1]", await client.SayAsync());
        _fixture.Put("a", "4");
        Assert.Equal("0 @7 [7 put a=4]", await client.SayAsync());
    }

    [Fact]
    public async Task A_past_transaction_comes_in_one_response()
    {
        _fixture.Txn([.. Enumerable.Range(0, 50).Select(i => PutOf($"k{i:00}", ""))]);
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("k", "l", from: 2));

        var response = await client.NextAsync();

        Assert.Equal(50, response.Notice.EventCount);
    }

    [Fact]
    public async Task Past_and_present_join_without_gap_or_repetition()
    {
        var fixture = new WatchFixture(new WatchHubOptions { HistorySliceChanges = 3 });
        for (int i = 0; i < 100; i++)
        {
            fixture.Put("a");
        }

        using var client = fixture.Open();
        await client.SendAsync(Watch("a", from: 2));
        for (int i = 0; i < 100; i++)
        {
            fixture.Put("a");
        }

        Assert.Equal("0", (await client.SayAsync())[..1]);
        Assert.Equal(Enumerable.Range(2, 200).Select(i => (long)i), await client.RevisionsAsync(200));
    }

    [Fact]
    public async Task Watchers_that_lag_differently_all_arrive()
    {
        var fixture = new WatchFixture(new WatchHubOptions { HistorySliceChanges = 2 });
        for (int i = 0; i < 50; i++)
        {
            fixture.Put("a");
        }

        using var client = fixture.Open();
        for (int i = 0; i < 50; i++)
        {
            await client.SendAsync(Watch("a", from: i + 2));
        }

        var told = new List<long>[50];
        for (int expected = 50 + (50 * 51 / 2); expected > 0; expected--)
        {
            var next = await client.NextAsync();
            var revisions = told[next.WatchId] ??= [];
            revisions.AddRange(WatchClient.LinesOf(next).Select(WatchClient.RevisionOf));
        }

        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(Enumerable.Range(i + 2, 50 - i).Select(static revision => (long)revision), told[i]);
        }
    }

    [Fact]
    public async Task A_start_before_the_compacted_revision_is_created_and_then_ended()
    {
        _fixture.Put("a", "1");
        _fixture.Put("a", "2");
        _fixture.Put("a", "3");
        _fixture.Compact(3);
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a", from: 2));

        Assert.Equal("0 @0 compacted 3", await client.SayAsync());
        Assert.Equal(0, _fixture.Hub.WatcherCount);
        Assert.Equal(1, await client.CreateAsync(Watch("a")));
    }

    [Fact]
    public async Task A_start_at_the_compacted_revision_is_fine_but_what_was_before_it_is_gone()
    {
        _fixture.Put("a", "1");
        _fixture.Put("a", "2");
        _fixture.Put("a", "3");
        _fixture.Compact(3);
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a", from: 3) with { WithPrevious = true });

        Assert.Equal(["0 @4 [3 put a=2]", "0 @4 [4 put a=3 was 2]"], [await client.SayAsync(), await client.SayAsync()]);
    }

    [Fact]
    public async Task A_watcher_that_is_up_to_date_outlives_a_compaction()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a"));
        _fixture.Put("a");
        _fixture.Put("a");
        _fixture.Compact(3);
        _fixture.Put("a");

        Assert.Equal([2, 3, 4], await client.RevisionsAsync(3));
    }

    [Fact]
    public async Task History_that_a_compaction_removes_before_readers_learn_of_it_is_not_told()
    {
        _fixture.Put("a", "1");
        _fixture.Put("a", "2");
        _fixture.Put("b", "3");
        var old = _fixture.State.View;
        _fixture.Compact(4);

        Assert.Equal(ApplyError.Compacted, old.ReadHistory(2, 100, 1000, static _ => true, out _));
        Assert.Equal(-1, old.CompactRevision);
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a", from: 2));
        Assert.Equal("0 @0 compacted 4", await client.SayAsync());
    }

    [Fact]
    public async Task Streams_end_when_history_cannot_be_read()
    {
        _fixture.Put("a");
        _fixture.Store.Failure = new IOException("The disk is gone.");
        using var client = _fixture.Open();
        await client.SendAsync(Watch("a", from: 2));

        var failure = await _fixture.Hub.Failed;

        Assert.Same(_fixture.Store.Failure, failure);
        Assert.False(await client.TryTakeAsync());
        Assert.Equal(WatchStreamEnd.Stopped, client.Stream.End);
    }
}
