namespace Coordination.Conformance.Tests;

/// <summary>Settings a test changes from their defaults; null leaves the default.</summary>
public sealed record ServerSettings
{
    public static readonly ServerSettings Default = new();

    public long? QuotaBackendBytes { get; init; }

    public int? MaxTxnOps { get; init; }

    public int? MaxRequestBytes { get; init; }

    public TimeSpan? WatchProgressNotifyInterval { get; init; }

    /// <summary>"periodic" or "revision".</summary>
    public string? AutoCompactionMode { get; init; }

    /// <summary>A duration or a number of revisions, according to the mode.</summary>
    public string? AutoCompactionRetention { get; init; }

    /// <summary>Entries after which the server makes its state durable and drops its log up to there.</summary>
    public int? SnapshotCount { get; init; }

    /// <summary>Entries that stay in the log although the state is durable. A flag since 3.6.</summary>
    public int? SnapshotCatchUpEntries { get; init; }

    public TimeSpan? HeartbeatInterval { get; init; }

    public TimeSpan? ElectionTimeout { get; init; }

    /// <summary>The flags that say this, by the names the release knows.</summary>
    public IEnumerable<string> Flags(Capabilities capabilities)
    {
        var progressInterval = capabilities.HasStableProgressIntervalFlag
            ? "watch-progress-notify-interval"
            : "experimental-watch-progress-notify-interval";
        (string Name, object? Value)[] flags =
        [
            ("quota-backend-bytes", QuotaBackendBytes),
            ("max-txn-ops", MaxTxnOps),
            ("max-request-bytes", MaxRequestBytes),
            (progressInterval, WatchProgressNotifyInterval is { } interval ? $"{interval.TotalMilliseconds}ms" : null),
            ("auto-compaction-mode", AutoCompactionMode),
            ("auto-compaction-retention", AutoCompactionRetention),
            ("snapshot-count", SnapshotCount),
            ("snapshot-catchup-entries", SnapshotCatchUpEntries),
            ("heartbeat-interval", HeartbeatInterval?.TotalMilliseconds),
            ("election-timeout", ElectionTimeout?.TotalMilliseconds),
        ];
        return flags.Where(flag => flag.Value is not null).Select(flag => $"--{flag.Name}={flag.Value}");
    }
}
