namespace Coordination.Client.Tests;

/// <summary>Time that only the test moves, and that tells it when somebody begins to wait for it.</summary>
public sealed class WatchedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>How long the next timer of some kind waits; those of other kinds on the way are passed over.</summary>
    public async Task<TimeSpan> NextTimer(Func<TimeSpan, bool> isOfKind)
    {
        while (true)
        {
            var due = await _timers.Reader.ReadAsync(TestLimits.Token);
            if (due > TimeSpan.Zero && isOfKind(due))
            {
                return due;
            }
        }
    }
}
