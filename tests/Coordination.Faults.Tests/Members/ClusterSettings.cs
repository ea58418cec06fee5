namespace Coordination.Faults.Tests;

/// <summary>How the members of a test's cluster are started.</summary>
public sealed record ClusterSettings
{
    /// <summary>How often a leader says that it lives; a tenth of the election timeout by default.</summary>
    public TimeSpan HeartbeatInterval => ElectionTimeout / 10;

    /// <summary>After how long without a leader a member wants to be one; up to twice as long.</summary>
    public TimeSpan ElectionTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Entries after which a member makes its state durable and cuts its log.</summary>
    public int SnapshotCount { get; init; } = 10_000;

    /// <summary>Entries that stay in the log for those that lag; who lags further is sent a snapshot.</summary>
    public int SnapshotCatchUpEntries { get; init; } = 5_000;

    /// <summary>Where the data directory of a member is, instead of in the cluster's own folder.</summary>
    public IReadOnlyDictionary<int, DirectoryInfo> Folders { get; init; } = new Dictionary<int, DirectoryInfo>();

    /// <summary>The flags that say this.</summary>
    public IEnumerable<string> Flags =>
    [
        FormattableString.Invariant($"--heartbeat-interval={HeartbeatInterval.TotalMilliseconds}"),
        FormattableString.Invariant($"--election-timeout={ElectionTimeout.TotalMilliseconds}"),
        FormattableString.Invariant($"--snapshot-count={SnapshotCount}"),
        FormattableString.Invariant($"--snapshot-catchup-entries={SnapshotCatchUpEntries}"),
        "--watch-progress-notify-interval=200ms",
    ];
}
