namespace Coordination.Server;

/// <summary>Makes the options of a node from the values that were given, and checks what concerns several of them.</summary>
internal static class NodeOptionsFactory
{
    /// <summary>What etcd means by a quota of 0, in bytes.</summary>
    private const long DefaultQuotaBytes = 2L * 1024 * 1024 * 1024;

    private const int HeartbeatsPerElectionMin = 5;

    /// <summary>Shorter than Kestrel's heartbeat there is no ping.</summary>
    private static readonly TimeSpan KeepAliveMin = TimeSpan.FromSeconds(1);

    public static NodeOptions CreateDefault()
    {
        var report = new ConfigurationReport();
        NodeOptions options = Create(new SettingValues(), report);
        return report.Problems.Count == 0 ? options : throw new InvalidOperationException(report.Message());
    }

    /// <summary>Makes the options. They are of use only when nothing was refused.</summary>
    public static NodeOptions Create(SettingValues values, ConfigurationReport report)
    {
        string name = values.Get(Settings.Name);
        string dataDirectory = values.Get(Settings.DataDirectory);
        IReadOnlyList<Uri> peerUrls = values.Get(Settings.InitialAdvertisePeerUrls);
        (bool checkpoint, bool persist) = FeatureGateRules.ReadLeaseCheckpoints(values, report);
        var options = new NodeOptions
        {
            Name = name,
            DataDirectory = dataDirectory.Length == 0 ? $"{name}.etcd" : dataDirectory,
            ListenClientUrls = values.Get(Settings.ListenClientUrls),
            AdvertiseClientUrls = values.Get(Settings.AdvertiseClientUrls),
            ListenPeerUrls = values.Get(Settings.ListenPeerUrls),
            InitialAdvertisePeerUrls = peerUrls,
            ListenMetricsUrls = values.Get(Settings.ListenMetricsUrls),
            InitialCluster = values.Get(Settings.InitialCluster) is { Count: > 0 } members
                ? members
                : new Dictionary<string, IReadOnlyList<Uri>> { [name] = peerUrls },
            InitialClusterToken = values.Get(Settings.InitialClusterToken),
            InitialClusterState = values.Get(Settings.InitialClusterState),
            HeartbeatInterval = values.Get(Settings.HeartbeatInterval),
            ElectionTimeout = values.Get(Settings.ElectionTimeout),
            InitialElectionTickAdvance = values.Get(Settings.InitialElectionTickAdvance),
            ReplaceReplicasAfter = values.Get(Settings.ReplaceReplicasAfter) is var silence && silence > TimeSpan.Zero ? silence : null,
            PreVote = values.Get(Settings.PreVote),
            SnapshotCount = values.Get(Settings.SnapshotCount) is > 0 and long count ? count : Settings.SnapshotCount.Default,
            SnapshotCatchUpEntries = values.Get(Settings.SnapshotCatchUpEntries),
            QuotaBytes = values.Get(Settings.QuotaBackendBytes) switch { 0 => DefaultQuotaBytes, < 0 => null, long bytes => bytes },
            MaxRequestBytes = values.Get(Settings.MaxRequestBytes),
            MaxTransactionOperations = values.Get(Settings.MaxTransactionOperations),
            MaxConcurrentStreams = values.Get(Settings.MaxConcurrentStreams),
            KeepAliveMinTime = values.Get(Settings.KeepAliveMinTime),
            KeepAliveInterval = values.Get(Settings.KeepAliveInterval),
            KeepAliveTimeout = values.Get(Settings.KeepAliveTimeout),
            AutoCompaction = AutoCompactionRules.Read(values, report),
            WatchProgressNotifyInterval = values.Get(Settings.WatchProgressNotifyInterval),
            LeaseCheckpoint = checkpoint,
            LeaseCheckpointPersist = persist,
            UnsafeNoFsync = values.Get(Settings.UnsafeNoFsync),
            WarningApplyDuration = values.Get(Settings.WarningApplyDuration),
            WarningUnaryRequestDuration = values.Get(Settings.WarningUnaryRequestDuration),
            LogLevel = values.Get(Settings.LogLevel),
            LogFormat = values.Get(Settings.LogFormat),
            LogOutputs = values.Get(Settings.LogOutputs),
            MetricsDetail = values.Get(Settings.MetricsDetail),
            Tracing = values.Get(Settings.EnableTracing)
                ? new TracingOptions(
                    values.Get(Settings.TracingAddress), values.Get(Settings.TracingServiceName), values.Get(Settings.TracingInstanceId),
                    values.Get(Settings.TracingSamplingRate))
                : null,
        };
        CheckTimes(options, values, report);
        UrlRules.Check(options, values, report);
        return options;
    }

    private static void CheckTimes(NodeOptions options, SettingValues values, ConfigurationReport report)
    {
        if (options.ElectionTimeout < HeartbeatsPerElectionMin * options.HeartbeatInterval)
        {
            report.Refuse(
                $"{values.Describe(Settings.ElectionTimeout)} must be at least {HeartbeatsPerElectionMin} times "
                + $"--{Settings.HeartbeatInterval.Name}, which is {options.HeartbeatInterval.TotalMilliseconds:0}; raise the one or lower "
                + "the other.");
        }

        foreach ((Setting setting, TimeSpan value) in new (Setting, TimeSpan)[]
        {
            (Settings.KeepAliveInterval, options.KeepAliveInterval), (Settings.KeepAliveTimeout, options.KeepAliveTimeout),
        })
        {
            if (value != TimeSpan.Zero && value < KeepAliveMin)
            {
                report.Refuse($"{values.Describe(setting)} must be 0s or at least {GoDuration.Format(KeepAliveMin)}.");
            }
        }
    }
}
