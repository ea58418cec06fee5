using Coordination.StateMachine;
using static Coordination.Replication.Tests.WatchFixture;

namespace Coordination.Replication.Tests;

/// <summary>Clients that do not take what is sent: they cost a bounded amount of memory, delay nobody, and miss nothing.</summary>
public sealed class SlowClientTests
{
    private const int ValueBytes = 1_000;

    private static readonly WatchHubOptions Small = new() { StreamBytesMax = 20_000, StreamBytesLow = 5_000, HistorySliceChanges = 10 };

    [Fact]
    public async Task A_stalled_client_keeps_little_in_memory_and_later_misses_nothing()
    {
        var fixture = new WatchFixture(Small);
        using var stalled = fixture.Open();
        using var quick = fixture.Open();
        await stalled.CreateAsync(Watch("a"));
        await quick.CreateAsync(Watch("a"));

        long bytesMax = 0;
        for (int i = 0; i < 1_000; i++)
        {
            // The other stream is never held up.
            long revision = fixture.Put("a", new string('v', ValueBytes));
            Assert.Equal([revision], await quick.RevisionsAsync(1));
            bytesMax = Math.Max(bytesMax, fixture.Hub.QueuedBytes);
        }

        Assert.Equal(1, fixture.Hub.LaggingWatcherCount);
        Assert.InRange(bytesMax, Small.StreamBytesMax, Small.StreamBytesMax + (5 * ValueBytes));
        Assert.Equal(Enumerable.Range(2, 1_000).Select(static i => (long)i), await stalled.RevisionsAsync(1_000));
        fixture.Put("a", "end");
        Assert.Equal([1002], await stalled.RevisionsAsync(1));
    }

    [Fact]
    public async Task All_streams_together_are_limited_too()
    {
        var options = new WatchHubOptions { StreamBytesMax = 1_000_000, StreamBytesLow = 2_000, QueuedBytesMax = 50_000 };
        var fixture = new WatchFixture(options);
        var stalled = new List<WatchClient>();
        for (int i = 0; i < 10; i++)
        {
            stalled.Add(fixture.Open());
            await stalled[i].CreateAsync(Watch($"{i}"));
        }

        using var probe = fixture.Open();
        await probe.CreateAsync(Watch("probe"));
        for (int i = 0; i < 1_000; i++)
        {
            fixture.Put($"{i % 10}", new string('v', ValueBytes));
        }

        fixture.Put("probe");
        await probe.RevisionsAsync(1);

        Assert.InRange(fixture.Hub.QueuedBytes, 50_000, 50_000 + (10 * 5_000));
        foreach (var client in stalled)
        {
            await client.RevisionsAsync(100);
            client.Dispose();
        }
    }

    [Fact]
    public async Task A_closed_stream_gives_its_memory_back()
    {
        var fixture = new WatchFixture(Small);
        var stalled = fixture.Open();
        await stalled.CreateAsync(Watch("a"));
        using var probe = fixture.Open();
        await probe.CreateAsync(Watch("a"));
        fixture.Put("a", new string('v', ValueBytes));
        await probe.RevisionsAsync(1);
        await stalled.NextAsync();

        stalled.Dispose();
        await probe.AskProgressAsync();
        await probe.NextAsync();
        await probe.AskProgressAsync();
        Assert.False(await stalled.TryTakeAsync());

        // What is left is what the probe itself has not given back yet.
        Assert.InRange(fixture.Hub.QueuedBytes, 0, 100);
        Assert.Equal(1, fixture.Hub.StreamCount);
    }

    [Fact]
    public async Task A_watcher_that_lags_is_ended_when_a_compaction_overtakes_it()
    {
        var fixture = new WatchFixture(Small);
        using var stalled = fixture.Open();
        using var probe = fixture.Open();
        await stalled.CreateAsync(Watch("a"));
        await probe.CreateAsync(Watch("a"));
        for (int i = 0; i < 100; i++)
        {
            fixture.Put("a", new string('v', ValueBytes));
        }

        await probe.RevisionsAsync(100);
        fixture.Compact(fixture.Revision);
        var revisions = new List<long>();
        var next = await stalled.NextAsync();
        while (next.Notice.Kind == WatchNoticeKind.Events)
        {
            revisions.AddRange(WatchClient.LinesOf(next).Select(WatchClient.RevisionOf));
            next = await stalled.NextAsync();
        }

        Assert.Equal((WatchNoticeKind.Compacted, fixture.Revision), (next.Notice.Kind, next.Notice.CompactRevision));
        Assert.Equal(Enumerable.Range(2, revisions.Count).Select(static i => (long)i), revisions);
        Assert.InRange(revisions.Count, 15, 40);
    }

    [Fact]
    public async Task Progress_waits_until_a_slow_stream_has_everything()
    {
        var fixture = new WatchFixture(Small);
        using var stalled = fixture.Open();
        await stalled.CreateAsync(Watch("a"));
        for (int i = 0; i < 100; i++)
        {
            fixture.Put("a", new string('v', ValueBytes));
        }

        await stalled.AskProgressAsync();

        Assert.Equal(100, (await stalled.RevisionsAsync(100)).Count);
        Assert.Equal("-1 @101 progress", await stalled.SayAsync());
    }

    [Fact]
    public async Task A_hub_that_cannot_follow_drops_the_backlog_and_reads_history()
    {
        var fixture = new WatchFixture(new WatchHubOptions { BacklogBytesMax = 10_000 });
        using var gate = new ManualResetEventSlim();
        using var client = fixture.Open();
        await client.CreateAsync(Watch("a"));
        fixture.Encoder.Gate = gate;
        for (int i = 0; i < 100; i++)
        {
            fixture.Put("a", new string('v', ValueBytes));
        }

        gate.Set();
        fixture.Encoder.Gate = null;

        Assert.Equal(Enumerable.Range(2, 100).Select(static i => (long)i), await client.RevisionsAsync(100));
        fixture.Put("a");
        Assert.Equal([102], await client.RevisionsAsync(1));
    }

    [Fact]
    public async Task A_gap_in_what_is_published_is_read_from_history()
    {
        var fixture = new WatchFixture();
        using var client = fixture.Open();
        await client.CreateAsync(Watch("a"));
        await client.CreateAsync(Watch("a", from: 6));
        fixture.Put("a", "1");
        fixture.ApplyOnly(new PutCommand(PutOf("a", "2")));
        fixture.ForgetUnpublished();
        fixture.Put("a", "3");

        Assert.Equal([2, 3, 4], await client.RevisionsAsync(3));
        fixture.Put("b");
        fixture.Put("a");
        Assert.Equal([6, 6], await client.RevisionsAsync(2));
    }

    [Fact]
    public async Task A_response_that_is_larger_than_a_queue_goes_through()
    {
        var fixture = new WatchFixture(Small);
        using var client = fixture.Open();
        await client.CreateAsync(Watch("a"));

        for (int i = 0; i < 5; i++)
        {
            fixture.Put("a", new string('v', 100_000));
        }

        Assert.Equal([2, 3, 4, 5, 6], await client.RevisionsAsync(5));
    }
}
