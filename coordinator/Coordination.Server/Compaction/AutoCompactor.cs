namespace Coordination.Server;

/// <summary>
/// Compacts one partition without being asked, on the leader. Owns one timer loop, from <see cref="Start"/> to its disposal; the policy is
/// used by that loop alone.
/// </summary>
internal sealed partial class AutoCompactor : IAsyncDisposable
{
    private readonly ICompactable _store;
    private readonly IRetentionPolicy _policy;
    private readonly ILogger _logger;
    private readonly PeriodicTimer _timer;
    private readonly Task _running;

    private AutoCompactor(ICompactable store, IRetentionPolicy policy, TimeProvider time, ILogger logger)
    {
        _store = store;
        _policy = policy;
        _logger = logger;
        _timer = new PeriodicTimer(policy.Interval, time);
        _running = RunAsync();
    }

    /// <summary>Starts the compactor that the options ask for; null when they ask for none.</summary>
    public static AutoCompactor? Start(AutoCompactionOptions options, ICompactable store, TimeProvider time, ILogger logger)
    {
        IRetentionPolicy? policy = options switch
        {
            { Period: { } period } => new PeriodicRetention(period, time),
            { Revisions: { } revisions } => new RevisionRetention(revisions),
            _ => null,
        };
        return policy is null ? null : new AutoCompactor(store, policy, time, logger);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running;
    }

    private async Task RunAsync()
    {
        // What the first compaction goes back to is the revision at the start.
        _policy.FindRevision(_store.Revision, isLeader: false);
        while (await _timer.WaitForNextTickAsync())
        {
            if (_policy.FindRevision(_store.Revision, _store.IsLeader) is not { } revision)
            {
                continue;
            }

            if (await _store.CompactAsync(revision))
            {
                _policy.OnCompacted(revision);
                Log.Compacted(_logger, _store.Partition, revision);
            }
            else
            {
                Log.NotCompacted(_logger, _store.Partition, revision, _policy.Interval);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 5201, Level = LogLevel.Information,
            Message = "compacted partition {Partition} automatically to revision {Revision}")]
        public static partial void Compacted(ILogger logger, uint partition, long revision);

        [LoggerMessage(
            EventId = 5202, Level = LogLevel.Warning,
            Message = "could not compact partition {Partition} automatically to revision {Revision}; next try in {Interval}")]
        public static partial void NotCompacted(ILogger logger, uint partition, long revision, TimeSpan interval);
    }
}
