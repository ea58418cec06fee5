namespace Coordination.Recipes;

/// <summary>
/// Waits for the program to say that it is well: critical when it has not for a time, and before it has for the first time. For programs
/// that know better than anybody who looks from outside, such as a loop that must not get stuck. Any thread.
/// </summary>
public sealed class HeartbeatCheck : HealthCheck
{
    private const int LooksPerTimeToLive = 4;

    private readonly Lock _lock = new();
    private readonly TimeSpan _timeToLive;
    private readonly TimeProvider _time;
    private HealthReport? _last;
    private long _saidAt;

    /// <summary>A check that has not heard anything yet. It looks four times in the time to live.</summary>
    /// <param name="timeToLive">How long what was said counts.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public HeartbeatCheck(TimeSpan timeToLive, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        _timeToLive = timeToLive;
        _time = time ?? TimeProvider.System;
        Interval = timeToLive / LooksPerTimeToLive;
    }

    /// <summary>The program says how it is.</summary>
    /// <param name="status">How.</param>
    /// <param name="note">Why, in words.</param>
    public void Beat(HealthStatus status = HealthStatus.Passing, string? note = null)
    {
        lock (_lock)
        {
            _last = new HealthReport(status, note);
            _saidAt = _time.GetTimestamp();
        }
    }

    /// <inheritdoc/>
    public override Task<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_last is not null && _time.GetElapsedTime(_saidAt) <= _timeToLive
                ? _last
                : new HealthReport(HealthStatus.Critical, $"Nothing was heard for {_timeToLive.TotalSeconds} s."));
        }
    }
}
