using Microsoft.Extensions.Time.Testing;

namespace Coordination.Server.Tests;

public sealed class LeaderMonitorTests
{
    private static readonly TimeSpan ElectionTimeout = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private bool _hasLeader = true;

    [Fact]
    public void Streams_are_told_after_three_election_timeouts_without_a_leader()
    {
        using var monitor = new LeaderMonitor(() => _hasLeader, ElectionTimeout, _time);
        var lost = monitor.Lost;
        _hasLeader = false;

        _time.Advance(2 * ElectionTimeout);
        Assert.False(lost.IsCancellationRequested);
        _time.Advance(ElectionTimeout);

        Assert.True(lost.IsCancellationRequested);
        Assert.False(monitor.HasLeader);
    }

    [Fact]
    public void A_short_absence_is_forgiven()
    {
        using var monitor = new LeaderMonitor(() => _hasLeader, ElectionTimeout, _time);
        var lost = monitor.Lost;
        for (int i = 0; i < 3; i++)
        {
            _hasLeader = false;
            _time.Advance(2 * ElectionTimeout);
            _hasLeader = true;
            _time.Advance(ElectionTimeout);
        }

        Assert.False(lost.IsCancellationRequested);
    }

    [Fact]
    public void Later_streams_are_told_of_the_next_absence()
    {
        using var monitor = new LeaderMonitor(() => _hasLeader, ElectionTimeout, _time);
        _hasLeader = false;
        _time.Advance(10 * ElectionTimeout);
        _hasLeader = true;
        _time.Advance(ElectionTimeout);
        var lost = monitor.Lost;

        Assert.False(lost.IsCancellationRequested);
        _hasLeader = false;
        _time.Advance(3 * ElectionTimeout);
        Assert.True(lost.IsCancellationRequested);
    }
}
