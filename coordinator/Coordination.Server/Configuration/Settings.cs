using Microsoft.Extensions.Logging;

namespace Coordination.Server;

/// <summary>
/// Every setting that has an effect, each declared once: its name, which gives the environment variable and the key of the configuration
/// file too, how it is read, its default, and what it does. What etcd has beyond these is in <see cref="OtherSettings"/>.
/// </summary>
internal static class Settings
{
    private const string DefaultClientUrl = "http://localhost:2379";
    private const string DefaultPeerUrl = "http://localhost:2380";

    private static readonly List<IDescribedSetting> Declared = [];

    public static readonly Setting<string> Name = Member(
        "name", SettingParsers.RequiredText, "default", "default", "The name of this member, for people.");

    public static readonly Setting<string> DataDirectory = Member(
        "data-dir", SettingParsers.Text, string.Empty, "${name}.etcd", "The folder of all data of this node.");

    public static readonly Setting<IReadOnlyList<Uri>> ListenClientUrls = Member<IReadOnlyList<Uri>>(
        "listen-client-urls", UrlParsers.Listened, [new Uri(DefaultClientUrl)], DefaultClientUrl, "Where clients are served.");

    public static readonly Setting<IReadOnlyList<Uri>> AdvertiseClientUrls = Member<IReadOnlyList<Uri>>(
        "advertise-client-urls", UrlParsers.Advertised, [new Uri(DefaultClientUrl)], DefaultClientUrl,
        "Where clients are told to find this member. Needed whenever --listen-client-urls is given.");

    public static readonly Setting<IReadOnlyList<Uri>> ListenPeerUrls = Member<IReadOnlyList<Uri>>(
        "listen-peer-urls", UrlParsers.Listened, [new Uri(DefaultPeerUrl)], DefaultPeerUrl, "Where other members are served.");

    public static readonly Setting<TimeSpan> HeartbeatInterval = Member(
        "heartbeat-interval", SettingParsers.Milliseconds(1, 50_000), TimeSpan.FromMilliseconds(100), "100",
        "How often a leader is heard of, in milliseconds.");

    public static readonly Setting<TimeSpan> ElectionTimeout = Member(
        "election-timeout", SettingParsers.Milliseconds(1, 50_000), TimeSpan.FromMilliseconds(1000), "1000",
        "How long a follower waits for a leader before it stands for election, in milliseconds.");

    public static readonly Setting<bool> InitialElectionTickAdvance = Member(
        "initial-election-tick-advance", SettingParsers.Boolean, true, "true", "Whether a node that starts skips most of its first wait.");

    public static readonly Setting<IReadOnlyList<Uri>> InitialAdvertisePeerUrls = Clustering<IReadOnlyList<Uri>>(
        "initial-advertise-peer-urls", UrlParsers.Advertised, [new Uri(DefaultPeerUrl)], DefaultPeerUrl,
        "Where other members are told to find this one.");

    public static readonly Setting<IReadOnlyDictionary<string, IReadOnlyList<Uri>>> InitialCluster =
        Clustering<IReadOnlyDictionary<string, IReadOnlyList<Uri>>>(
            "initial-cluster", UrlParsers.Members, new Dictionary<string, IReadOnlyList<Uri>>(), "${name}=${initial-advertise-peer-urls}",
            "The members that a new cluster begins with.");

    public static readonly Setting<InitialClusterState> InitialClusterState = Clustering(
        "initial-cluster-state",
        SettingParsers.Choice(("new", Server.InitialClusterState.New), ("existing", Server.InitialClusterState.Existing)),
        Server.InitialClusterState.New, "new", "Whether a node without data begins a cluster (new) or joins one (existing).");

    public static readonly Setting<string> InitialClusterToken = Clustering(
        "initial-cluster-token", SettingParsers.Text, "etcd-cluster", "etcd-cluster", "Tells clusters of the same members apart.");

    public static readonly Setting<bool> PreVote = Clustering(
        "pre-vote", SettingParsers.Boolean, true, "true", "Whether a candidate asks first whether it could win.");

    public static readonly Setting<TimeSpan> ReplaceReplicasAfter = Clustering(
        "replace-replicas-after", SettingParsers.Duration(TimeSpan.Zero), TimeSpan.FromMinutes(10), "10m",
        "After how much silence of a member its replicas of partitions other than 0 go to other members; 0s for never.");

    public static readonly Setting<long> QuotaBackendBytes = Limits(
        "quota-backend-bytes", SettingParsers.Int64(long.MinValue, long.MaxValue), 0L, "0",
        "Size in bytes from which the store refuses to grow; 0 for 2 GiB, negative for no limit.");

    public static readonly Setting<int> MaxRequestBytes = Limits(
        "max-request-bytes", SettingParsers.Int32(1, int.MaxValue - ClientLimits.MessageOverheadBytes), 1536 * 1024, "1572864",
        "Largest request, in bytes.");

    public static readonly Setting<int> MaxTransactionOperations = Limits(
        "max-txn-ops", SettingParsers.Int32(1, int.MaxValue), 128, "128", "Most operations of one transaction.");

    public static readonly Setting<uint> MaxConcurrentStreams = Limits(
        "max-concurrent-streams", SettingParsers.UInt32(1), uint.MaxValue, "4294967295",
        "Most streams that a client may have open on one connection.");

    public static readonly Setting<TimeSpan> KeepAliveMinTime = Limits(
        "grpc-keepalive-min-time", SettingParsers.Duration(TimeSpan.Zero), TimeSpan.FromSeconds(5), "5s",
        "Shortest interval at which clients are expected to ping.");

    public static readonly Setting<TimeSpan> KeepAliveInterval = Limits(
        "grpc-keepalive-interval", SettingParsers.Duration(TimeSpan.Zero), TimeSpan.FromHours(2), "2h",
        "After how much silence a client is pinged; 0s for never, else at least 1s.");

    public static readonly Setting<TimeSpan> KeepAliveTimeout = Limits(
        "grpc-keepalive-timeout", SettingParsers.Duration(TimeSpan.Zero), TimeSpan.FromSeconds(20), "20s",
        "How long a ping may stay unanswered until the connection ends; 0s for ever, else at least 1s.");

    public static readonly Setting<TimeSpan> WatchProgressNotifyInterval = Limits(
        "watch-progress-notify-interval", SettingParsers.Duration(TimeSpan.FromMilliseconds(100)), TimeSpan.FromMinutes(10), "10m",
        "How often a quiet watch that wants it is told how far it is.", "experimental-watch-progress-notify-interval");

    public static readonly Setting<bool> LeaseCheckpoint = Limits(
        "enable-lease-checkpoint", SettingParsers.Boolean, false, "false",
        "Whether the remaining time of leases is checkpointed, so that a change of leader does not extend them.",
        "experimental-enable-lease-checkpoint");

    public static readonly Setting<bool> LeaseCheckpointPersist = Limits(
        "enable-lease-checkpoint-persist", SettingParsers.Boolean, false, "false",
        "Whether checkpoints of leases survive a restart. Needs --enable-lease-checkpoint.",
        "experimental-enable-lease-checkpoint-persist");

    public static readonly Setting<IReadOnlyDictionary<string, bool>> FeatureGates = Limits<IReadOnlyDictionary<string, bool>>(
        "feature-gates", SettingParsers.Switches, new Dictionary<string, bool>(), string.Empty,
        "Features by etcd's names, such as LeaseCheckpoint=true,LeaseCheckpointPersist=true.");

    public static readonly Setting<string> AutoCompactionMode = Storage(
        "auto-compaction-mode", SettingParsers.Choice(("periodic", "periodic"), ("revision", "revision")), "periodic", "periodic",
        "Whether --auto-compaction-retention is a time (periodic) or a number of revisions (revision).");

    public static readonly Setting<string> AutoCompactionRetention = Storage(
        "auto-compaction-retention", SettingParsers.Text, "0", "0",
        "How much history is kept; 0 for all. A time such as 30m, a plain number meaning hours, or a number of revisions.");

    public static readonly Setting<long> SnapshotCount = Storage(
        "snapshot-count", SettingParsers.Int64(0, long.MaxValue), 10_000L, "10000",
        "How many committed entries are applied between snapshots; 0 for the default.");

    public static readonly Setting<long> SnapshotCatchUpEntries = Storage(
        "snapshot-catchup-entries", SettingParsers.Int64(0, long.MaxValue), 5_000L, "5000",
        "How many entries are kept behind a snapshot for followers that lag.", "experimental-snapshot-catchup-entries");

    public static readonly Setting<bool> UnsafeNoFsync = Storage(
        "unsafe-no-fsync", SettingParsers.Boolean, false, "false",
        "Acknowledge writes before they are on the disk. A crash of the machine then loses data.");

    public static readonly Setting<LogLevel> LogLevel = Observability(
        "log-level",
        SettingParsers.Choice(
            ("debug", Microsoft.Extensions.Logging.LogLevel.Debug), ("info", Microsoft.Extensions.Logging.LogLevel.Information),
            ("warn", Microsoft.Extensions.Logging.LogLevel.Warning), ("error", Microsoft.Extensions.Logging.LogLevel.Error),
            ("panic", Microsoft.Extensions.Logging.LogLevel.Critical), ("fatal", Microsoft.Extensions.Logging.LogLevel.Critical)),
        Microsoft.Extensions.Logging.LogLevel.Information, "info",
        "The least severe messages that are logged: debug, info, warn, error or fatal.");

    public static readonly Setting<LogFormat> LogFormat = Observability(
        "log-format", SettingParsers.Choice(("json", Server.LogFormat.Json), ("console", Server.LogFormat.Console)), Server.LogFormat.Json,
        "json", "The form of log messages: json, or console for people.");

    public static readonly Setting<IReadOnlyList<string>> LogOutputs = Observability<IReadOnlyList<string>>(
        "log-outputs", SettingParsers.Words, ["default"], "default",
        "Where log messages go: default, stdout, stderr, or paths of files, between commas.");

    public static readonly Setting<MetricsDetail> MetricsDetail = Observability(
        "metrics", SettingParsers.Choice(("basic", Server.MetricsDetail.Basic), ("extensive", Server.MetricsDetail.Extensive)),
        Server.MetricsDetail.Basic, "basic", "How much the metrics say: basic, or extensive with histograms for each gRPC method.");

    public static readonly Setting<IReadOnlyList<Uri>> ListenMetricsUrls = Observability<IReadOnlyList<Uri>>(
        "listen-metrics-urls", UrlParsers.ListenedOrNone, [], string.Empty, "Where metrics and health are served besides the client port.");

    public static readonly Setting<TimeSpan> WarningApplyDuration = Observability(
        "warning-apply-duration", SettingParsers.Duration(TimeSpan.Zero), TimeSpan.FromMilliseconds(100), "100ms",
        "From what duration applying a request is logged as slow.", "experimental-warning-apply-duration");

    public static readonly Setting<TimeSpan> WarningUnaryRequestDuration = Observability(
        "warning-unary-request-duration", SettingParsers.Duration(TimeSpan.Zero), TimeSpan.FromMilliseconds(300), "300ms",
        "From what duration a unary request is logged as slow.", "experimental-warning-unary-request-duration");

    public static readonly Setting<bool> EnableTracing = Observability(
        "enable-distributed-tracing", SettingParsers.Boolean, false, "false", "Whether traces are sent to an OpenTelemetry collector.",
        "experimental-enable-distributed-tracing");

    public static readonly Setting<string> TracingAddress = Observability(
        "distributed-tracing-address", SettingParsers.RequiredText, "localhost:4317", "localhost:4317", "Host and port of the collector.",
        "experimental-distributed-tracing-address");

    public static readonly Setting<string> TracingServiceName = Observability(
        "distributed-tracing-service-name", SettingParsers.RequiredText, "etcd", "etcd", "The name of the service in traces.",
        "experimental-distributed-tracing-service-name");

    public static readonly Setting<string> TracingInstanceId = Observability(
        "distributed-tracing-instance-id", SettingParsers.Text, string.Empty, string.Empty, "The name of this node in traces.",
        "experimental-distributed-tracing-instance-id");

    public static readonly Setting<int> TracingSamplingRate = Observability(
        "distributed-tracing-sampling-rate", SettingParsers.Int32(0, 1_000_000), 0, "0", "How many of a million traces are kept.",
        "experimental-distributed-tracing-sampling-rate");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<IDescribedSetting> All => Declared;

    private static Setting<T> Member<T>(
        string name, SettingParser<T> parser, T defaultValue, string defaultText, string help, params string[] aliases) =>
        Declare(SettingGroup.Member, name, parser, defaultValue, defaultText, help, aliases);

    private static Setting<T> Clustering<T>(
        string name, SettingParser<T> parser, T defaultValue, string defaultText, string help, params string[] aliases) =>
        Declare(SettingGroup.Clustering, name, parser, defaultValue, defaultText, help, aliases);

    private static Setting<T> Limits<T>(
        string name, SettingParser<T> parser, T defaultValue, string defaultText, string help, params string[] aliases) =>
        Declare(SettingGroup.Limits, name, parser, defaultValue, defaultText, help, aliases);

    private static Setting<T> Storage<T>(
        string name, SettingParser<T> parser, T defaultValue, string defaultText, string help, params string[] aliases) =>
        Declare(SettingGroup.Storage, name, parser, defaultValue, defaultText, help, aliases);

    private static Setting<T> Observability<T>(
        string name, SettingParser<T> parser, T defaultValue, string defaultText, string help, params string[] aliases) =>
        Declare(SettingGroup.Observability, name, parser, defaultValue, defaultText, help, aliases);

    private static Setting<T> Declare<T>(
        SettingGroup group, string name, SettingParser<T> parser, T defaultValue, string defaultText, string help, string[] aliases)
    {
        var setting = new Setting<T>(name, parser, defaultValue)
        {
            Group = group,
            DefaultText = defaultText,
            Help = help,
            Aliases = aliases,
        };
        Declared.Add(setting);
        return setting;
    }
}
