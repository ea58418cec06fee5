namespace Coordination.Recipes.Tests;

/// <summary>Time that only the test moves, and that tells it when somebody begins to wait for it.</summary>
public sealed class WatchedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero)
        {
            _timers.Writer.TryWrite(dueTime);
        }

        return timer;
    }

    /// <summary>Moves the time by what the next timer waits for.</summary>
    public async Task<TimeSpan> PassNextTimer()
    {
        var due = await _timers.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Advance(due);
        return due;
    }
}
