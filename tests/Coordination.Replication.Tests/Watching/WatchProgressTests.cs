using static Coordination.Replication.Tests.WatchFixture;

namespace Coordination.Replication.Tests;

public sealed class WatchProgressTests
{
    private readonly WatchFixture _fixture = new(new WatchHubOptions { ProgressNotifyInterval = TimeSpan.FromSeconds(10) });

    [Fact]
    public async Task A_request_is_answered_with_the_current_revision()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a"));
        await client.CreateAsync(Watch("b"));
        _fixture.Put("other");

        await client.AskProgressAsync();

        Assert.Equal("-1 @2 progress", await client.SayAsync());
    }

    [Fact]
    public async Task The_answer_comes_after_the_events_that_it_speaks_for()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a"));
        _fixture.Put("a");
        await client.AskProgressAsync();
        _fixture.Put("a");

        Assert.Equal("0 @2 [2 put a=]", await client.SayAsync());
        long progress = 0;
        for (int i = 0; i < 2; i++)
        {
            var next = await client.NextAsync();
            progress = next.Notice.Kind == WatchNoticeKind.Progress ? next.Notice.Revision : progress;
        }

        Assert.Equal(2, progress);
    }

    [Fact]
    public async Task A_stream_without_watchers_has_no_progress()
    {
        using var client = _fixture.Open();

        await client.AskProgressAsync();

        Assert.Equal(0, await client.CreateAsync(Watch("a")));
    }

    [Fact]
    public async Task A_watcher_of_the_future_makes_the_answer_wait()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a", from: 4));
        await client.AskProgressAsync();
        await client.AskProgressAsync();
        _fixture.Put("a");
        _fixture.Put("b");
        _fixture.Put("a");

        // The two requests have one answer.
        Assert.Equal("0 @4 [4 put a=]", await client.SayAsync());
        Assert.Equal("-1 @4 progress", await client.SayAsync());
        Assert.Equal(1, await client.CreateAsync(Watch("a")));
    }

    [Fact]
    public async Task A_future_start_no_longer_matters_when_its_watcher_is_gone()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a", from: 100));
        await client.CreateAsync(Watch("a"));
        await client.AskProgressAsync();
        await client.CancelAsync(0);

        string[] said = [await client.SayAsync(), await client.SayAsync()];

        Assert.Equal(["-1 @1 progress", "0 @1 canceled"], said.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Progress_is_never_ahead_of_what_is_still_to_be_published()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a"));
        _fixture.ApplyOnly(new StateMachine.PutCommand(PutOf("a", "1")));
        await client.AskProgressAsync();
        Assert.Equal("-1 @1 progress", await client.SayAsync());

        // The new watcher's answer says revision 2, so progress must not say less any more.
        await client.CreateAsync(Watch("b"));
        await client.AskProgressAsync();
        _fixture.Publish();

        Assert.Equal("0 @2 [2 put a=1]", await client.SayAsync());
        Assert.Equal("-1 @2 progress", await client.SayAsync());
    }

    [Fact]
    public async Task Quiet_watchers_that_asked_for_it_are_notified_again_and_again()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a") with { ProgressNotify = true });
        await client.CreateAsync(Watch("b"));
        _fixture.Put("other");

        for (int i = 0; i < 3; i++)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(11));
            Assert.Equal("0 @2 progress", await client.SayAsync());
        }
    }

    [Fact]
    public async Task A_watcher_that_had_events_is_notified_only_after_a_quiet_interval()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a") with { ProgressNotify = true });
        _fixture.Put("a");
        Assert.Equal("0 @2 [2 put a=]", await client.SayAsync());

        _fixture.Time.Advance(TimeSpan.FromSeconds(11));
        await client.AskProgressAsync();
        Assert.Equal("-1 @2 progress", await client.SayAsync());
        _fixture.Time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal("0 @2 progress", await client.SayAsync());
    }

    [Fact]
    public async Task A_watcher_of_the_future_is_not_notified()
    {
        using var client = _fixture.Open();
        await client.CreateAsync(Watch("a", from: 50) with { ProgressNotify = true });
        await client.CreateAsync(Watch("b") with { ProgressNotify = true });

        _fixture.Time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal("1 @1 progress", await client.SayAsync());
        Assert.Equal(2, await client.CreateAsync(Watch("c")));
    }

    [Fact]
    public void The_interval_has_a_least_value() =>
        Assert.Equal(
            TimeSpan.FromMilliseconds(100), new WatchHubOptions { ProgressNotifyInterval = TimeSpan.FromTicks(1) }.ProgressNotifyInterval);
}
