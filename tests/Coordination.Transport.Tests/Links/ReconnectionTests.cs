using Microsoft.Extensions.Time.Testing;

namespace Coordination.Transport.Tests;

public sealed class ReconnectionTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _time = new();
    private readonly Reconnection _reconnection;

    public ReconnectionTests() => _reconnection = new Reconnection(First, TimeSpan.FromSeconds(1), _time);

    [Fact]
    public async Task Pauses_double_up_to_the_longest()
    {
        foreach (int milliseconds in (int[])[100, 200, 400, 800, 1000, 1000])
        {
            await AssertPauseAsync(milliseconds);
        }
    }

    [Fact]
    public async Task A_good_connection_makes_the_next_pause_short()
    {
        await AssertPauseAsync(100);
        await AssertPauseAsync(200);

        _reconnection.Succeeded();

        await AssertPauseAsync(100);
    }

    [Fact]
    public async Task A_sign_of_life_ends_a_pause_and_makes_the_next_one_short()
    {
        await AssertPauseAsync(100);
        _reconnection.Attempting();
        var pause = _reconnection.WaitAsync(TestContext.Current.CancellationToken);

        _reconnection.Wake();

        await pause.InTime();
        await AssertPauseAsync(100);
    }

    [Fact]
    public async Task A_sign_of_life_during_an_attempt_counts_for_the_pause_after_it()
    {
        _reconnection.Attempting();
        _reconnection.Wake();

        await _reconnection.WaitAsync(TestContext.Current.CancellationToken).InTime();
    }

    private async Task AssertPauseAsync(int milliseconds)
    {
        _reconnection.Attempting();
        var pause = _reconnection.WaitAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.False(pause.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await pause.InTime();
    }
}
