using Microsoft.Extensions.Logging;

namespace Coordination.Server;

/// <summary>
/// The configuration of a node, complete and consistent. The names and defaults are declared in one table; <see cref="Default"/> is what a
/// node without any setting has, and a copy of it with other values is how an embedded node is configured.
/// </summary>
public sealed record NodeOptions
{
    private static readonly Lazy<NodeOptions> LazyDefault = new(NodeOptionsFactory.CreateDefault);

    /// <summary>What a node without any setting has.</summary>
    public static NodeOptions Default => LazyDefault.Value;

    /// <summary>The name of this member, for people and for <see cref="InitialCluster"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The folder of all data of this node, absolute or relative to the working directory.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where clients are served. Hosts are IP addresses or localhost.</summary>
    public required IReadOnlyList<Uri> ListenClientUrls { get; init; }

    /// <summary>Where clients are told to find this member; to be passed on as <see cref="Uri.OriginalString"/>.</summary>
    public required IReadOnlyList<Uri> AdvertiseClientUrls { get; init; }

    /// <summary>Where other members are served. Hosts are IP addresses or localhost.</summary>
    public required IReadOnlyList<Uri> ListenPeerUrls { get; init; }

    /// <summary>Where other members are told to find this one; to be passed on as <see cref="Uri.OriginalString"/>.</summary>
    public required IReadOnlyList<Uri> InitialAdvertisePeerUrls { get; init; }

    /// <summary>Where metrics and health are served besides the client port; none by default.</summary>
    public required IReadOnlyList<Uri> ListenMetricsUrls { get; init; }

    /// <summary>The members that a new cluster begins with, and the URLs of each for the others; this member is among them.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<Uri>> InitialCluster { get; init; }

    /// <summary>Tells clusters apart that would otherwise have the same members.</summary>
    public required string InitialClusterToken { get; init; }

    /// <summary>Whether a node without data begins a cluster or joins one.</summary>
    public required InitialClusterState InitialClusterState { get; init; }

    /// <summary>How often a leader is heard of.</summary>
    public required TimeSpan HeartbeatInterval { get; init; }

    /// <summary>How long a follower waits for a leader before it stands for election; at least five heartbeats.</summary>
    public required TimeSpan ElectionTimeout { get; init; }

    /// <summary>Whether a node that starts may skip most of its first election timeout.</summary>
    public required bool InitialElectionTickAdvance { get; init; }

    /// <summary>Whether a candidate asks whether it could win before it disturbs anybody.</summary>
    public required bool PreVote { get; init; }

    /// <summary>After how much silence a member's replicas go to other members; null for never.</summary>
    public required TimeSpan? ReplaceReplicasAfter { get; init; }

    /// <summary>How many committed entries are applied between snapshots.</summary>
    public required long SnapshotCount { get; init; }

    /// <summary>How many entries are kept behind a snapshot for followers that lag.</summary>
    public required long SnapshotCatchUpEntries { get; init; }

    /// <summary>Size in bytes from which the store refuses to grow; null for no limit.</summary>
    public required long? QuotaBytes { get; init; }

    /// <summary>Largest request, in bytes.</summary>
    public required int MaxRequestBytes { get; init; }

    /// <summary>Most operations of one transaction.</summary>
    public required int MaxTransactionOperations { get; init; }

    /// <summary>Most HTTP/2 streams that a client may have open on one connection.</summary>
    public required uint MaxConcurrentStreams { get; init; }

    /// <summary>Shortest interval at which clients are expected to ping.</summary>
    public required TimeSpan KeepAliveMinTime { get; init; }

    /// <summary>After how much silence a client is pinged; zero for never.</summary>
    public required TimeSpan KeepAliveInterval { get; init; }

    /// <summary>How long a ping may stay unanswered until the connection ends; zero for ever.</summary>
    public required TimeSpan KeepAliveTimeout { get; init; }

    /// <summary>What is compacted without being asked.</summary>
    public required AutoCompactionOptions AutoCompaction { get; init; }

    /// <summary>How often a quiet watch that wants it is told how far it is.</summary>
    public required TimeSpan WatchProgressNotifyInterval { get; init; }

    /// <summary>Whether the remaining time of leases is checkpointed, so that a change of leader does not extend them.</summary>
    public required bool LeaseCheckpoint { get; init; }

    /// <summary>Whether checkpoints of leases survive a restart; implies <see cref="LeaseCheckpoint"/>.</summary>
    public required bool LeaseCheckpointPersist { get; init; }

    /// <summary>Whether writes are acknowledged before they are on the disk. A crash of the machine then loses data.</summary>
    public required bool UnsafeNoFsync { get; init; }

    /// <summary>From what duration applying a request is logged as slow.</summary>
    public required TimeSpan WarningApplyDuration { get; init; }

    /// <summary>From what duration a unary request is logged as slow.</summary>
    public required TimeSpan WarningUnaryRequestDuration { get; init; }

    /// <summary>The least severe messages that are logged.</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary>The form of log messages.</summary>
    public required LogFormat LogFormat { get; init; }

    /// <summary>Where log messages go: <c>default</c>, <c>stdout</c>, <c>stderr</c>, or paths of files.</summary>
    public required IReadOnlyList<string> LogOutputs { get; init; }

    /// <summary>How much the metrics say.</summary>
    public required MetricsDetail MetricsDetail { get; init; }

    /// <summary>Where traces go; null for nowhere.</summary>
    public required TracingOptions? Tracing { get; init; }
}
