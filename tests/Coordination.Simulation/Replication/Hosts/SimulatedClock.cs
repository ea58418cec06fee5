namespace Coordination.Simulation;

/// <summary>
/// The clock of one start of a machine: as fast or slow as its ticks. Timers become events. Timestamps are microseconds of that clock.
/// </summary>
internal sealed class SimulatedClock(WorldServices world, Machine machine, SimulatedScheduler scheduler) : TimeProvider
{
    private readonly SimulatedScheduler _scheduler = scheduler;

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000;

    /// <summary>What a machine's clock showed at a moment of the world's time.</summary>
    public static long At(WorldServices world, Machine machine, long time) => time * world.Options.TickMicroseconds / machine.TickPeriod;

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        world.CheckThread();
        return At(world, machine, world.Now);
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(GetTimestamp());

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private long WorldTime(TimeSpan local) => Math.Max(1, (long)local.TotalMicroseconds * machine.TickPeriod / world.Options.TickMicroseconds);

    private sealed class Timer(SimulatedClock clock, Action callback) : ITimer
    {
        private int _changes;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int change = ++_changes;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                clock._scheduler.After(clock.WorldTime(dueTime), () => Fire(change, period));
            }

            return true;
        }

        public void Dispose() => _changes++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Fire(int change, TimeSpan period)
        {
            if (change != _changes)
            {
                return;
            }

            callback();
            if (change == _changes && period > TimeSpan.Zero)
            {
                clock._scheduler.After(clock.WorldTime(period), () => Fire(change, period));
            }
        }
    }
}
