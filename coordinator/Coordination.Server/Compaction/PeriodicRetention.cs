namespace Coordination.Server;

/// <summary>
/// Keeps the revisions of a period: <c>--auto-compaction-mode=periodic</c>. Notes the current revision ten times an hour, or ten times a
/// period that is shorter, and compacts to the one it noted a period ago; for the first time after a whole period, then every hour, or
/// every period that is shorter. These are etcd's rules, so that a cluster of both would compact alike.
/// </summary>
internal sealed class PeriodicRetention : IRetentionPolicy
{
    private const int SamplesPerInterval = 10;

    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly TimeSpan _betweenCompactions;
    private readonly int _samplesMax;
    private readonly Queue<long> _samples = [];
    private TimeSpan _wait;
    private long _lastSuccess;
    private long _compacted;

    public PeriodicRetention(TimeSpan period, TimeProvider time)
    {
        _time = time;
        _wait = period;
        _betweenCompactions = period < LongestInterval ? period : LongestInterval;
        Interval = _betweenCompactions / SamplesPerInterval;
        _samplesMax = (int)Math.Min(int.MaxValue, period / Interval) + 1;
        _lastSuccess = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public TimeSpan Interval { get; }

    /// <inheritdoc/>
    public long? FindRevision(long revision, bool isLeader)
    {
        long oldest = _samples.Count > 0 ? _samples.Peek() : 0;
        bool isDue = _samples.Count > 0 && _time.GetElapsedTime(_lastSuccess) >= _wait && oldest != _compacted;
        Note(revision);
        return isLeader && isDue ? oldest : null;
    }

    /// <inheritdoc/>
    public void OnCompacted(long revision)
    {
        _compacted = revision;
        _lastSuccess = _time.GetTimestamp();
        _wait = _betweenCompactions;
    }

    private void Note(long revision)
    {
        _samples.Enqueue(revision);
        if (_samples.Count > _samplesMax)
        {
            _samples.Dequeue();
        }
    }
}
