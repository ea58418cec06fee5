namespace Coordination.Server;

/// <summary>
/// Tells streams whose clients insist on a leader that there is none: those of a member that is cut off would wait for ever, and their
/// clients would not look for another member. As in etcd, after three election timeouts in a row. Any thread.
/// </summary>
internal sealed class LeaderMonitor : IDisposable
{
    private const int MissesMax = 3;

    private readonly Func<bool> _hasLeader;
    private readonly ITimer _timer;
    private volatile CancellationTokenSource _lost = new();
    private int _misses;

    /// <summary>Begins to look.</summary>
    /// <param name="hasLeader">Whether the replica knows of a leader.</param>
    /// <param name="electionTimeout">How long a leader may be silent before another is elected.</param>
    /// <param name="time">The clock.</param>
    public LeaderMonitor(Func<bool> hasLeader, TimeSpan electionTimeout, TimeProvider time)
    {
        _hasLeader = hasLeader;
        _timer = time.CreateTimer(static monitor => ((LeaderMonitor)monitor!).Look(), this, electionTimeout, electionTimeout);
    }

    /// <summary>Whether there is a leader now.</summary>
    public bool HasLeader => _hasLeader();

    /// <summary>Cancelled when there has been no leader for too long. Whoever takes it later gets one for the next time.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (_hasLeader())
        {
            _misses = 0;
            return;
        }

        _misses++;
        if (_misses == MissesMax)
        {
            var lost = _lost;
            _lost = new CancellationTokenSource();
            lost.Cancel();
        }
    }
}
