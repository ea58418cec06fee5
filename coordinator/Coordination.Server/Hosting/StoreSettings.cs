using Coordination.Replication;

namespace Coordination.Server;

/// <summary>What a node's configuration means for its store.</summary>
internal static class StoreSettings
{
    /// <summary>After how many election timeouts without work a partition sleeps.</summary>
    private const int IdleTimeouts = 3;

    /// <summary>How long a request waits beyond two election timeouts; etcd's figure.</summary>
    private static readonly TimeSpan RequestTimeoutBase = TimeSpan.FromSeconds(5);

    public static PartitionHostOptions Of(NodeOptions options, DataDirectory directory, NodeMetrics metrics) => new()
    {
        DataDirectory = directory.Path,
        ClusterId = directory.Identity.ClusterId,
        MemberId = directory.Identity.MemberId,
        SyncWrites = !options.UnsafeNoFsync,
        LogSynced = metrics.OnLogSynced,
        Watches = new WatchHubOptions
        {
            ProgressNotifyInterval = options.WatchProgressNotifyInterval,
            ResponseBytesMax = options.MaxRequestBytes + ClientLimits.MessageOverheadBytes,
        },
        Replica = new PartitionReplicaOptions
        {
            TickInterval = options.HeartbeatInterval,
            ElectionTimeoutTicks = (int)(options.ElectionTimeout / options.HeartbeatInterval),
            QuiesceAfterTicks = IdleTimeouts * (int)(options.ElectionTimeout / options.HeartbeatInterval),
            RequestTimeout = RequestTimeoutBase + (2 * options.ElectionTimeout),
            FlushEntries = options.SnapshotCount,
            CatchUpEntries = options.SnapshotCatchUpEntries,
            LeaseCheckpoints = options.LeaseCheckpoint,
            WarningApplyDuration = options.WarningApplyDuration,
            StateCommitted = metrics.OnStateCommitted,
        },
    };
}
