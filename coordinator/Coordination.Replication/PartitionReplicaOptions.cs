using Coordination.Raft;

namespace Coordination.Replication;

/// <summary>How the replicas of a node behave.</summary>
public sealed record PartitionReplicaOptions
{
    /// <summary>How long a tick of the consensus core lasts: the interval of heartbeats. 100 ms unless set.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Ticks without a leader until a follower stands for election. 10 unless set.</summary>
    public int ElectionTimeoutTicks { get; init; } = 10;

    /// <summary>
    /// Ticks without work after which a partition other than partition 0 sleeps, without heartbeats and election timers; 0, unless set, for
    /// never. Whoever sets it calls <see cref="PartitionHost.Unreachable"/>. Partition 0 stays awake, so that a leader that
    /// is silent is soon missed; so do partitions with leases, which time ends.
    /// </summary>
    public int QuiesceAfterTicks { get; init; }

    /// <summary>
    /// How long a proposal or a read may wait before its caller is told that it timed out. 7 s unless set, etcd's figure: 5 s and two
    /// election timeouts.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>How many committed entries may wait to be applied before proposals are refused. 5,000 unless set, etcd's figure.</summary>
    public int ApplyLagMax { get; init; } = 5_000;

    /// <summary>How many proposals may wait before further ones are refused. 65,536 unless set.</summary>
    public int PendingProposalsMax { get; init; } = 65_536;

    /// <summary>How many reads may wait before further ones are refused. 65,536 unless set.</summary>
    public int PendingReadsMax { get; init; } = 65_536;

    /// <summary>After how many applied entries the state is made durable and the log cut. 10,000 unless set.</summary>
    public long FlushEntries { get; init; } = 10_000;

    /// <summary>After how many bytes of applied entries the state is made durable and the log cut. 32 MiB unless set.</summary>
    public long FlushBytes { get; init; } = 32L << 20;

    /// <summary>How many applied entries stay in the log for followers that lag. 5,000 unless set.</summary>
    public long CatchUpEntries { get; init; } = 5_000;

    /// <summary>How many bytes of values a partition keeps in memory. 64 MiB unless set.</summary>
    public long CachedValueBytes { get; init; } = 64L << 20;

    /// <summary>How many changes one slice of a compaction looks at between commands. 1,000 unless set.</summary>
    public int CompactionSliceChanges { get; init; } = 1_000;

    /// <summary>
    /// Whether the remaining time of leases is checkpointed through the log, so that a change of leader does not extend them. Off unless
    /// set, as in etcd.
    /// </summary>
    public bool LeaseCheckpoints { get; init; }

    /// <summary>How often leases are checkpointed. 5 minutes unless set, etcd's figure.</summary>
    public TimeSpan LeaseCheckpointInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>From what duration on applying a batch is logged as slow. 100 ms unless set.</summary>
    public TimeSpan WarningApplyDuration { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Told how long each commit of applied commands to the store took, for metrics; null for nobody. Called by the replica's loop, so it
    /// must be quick.
    /// </summary>
    public Action<TimeSpan>? StateCommitted { get; init; }

    /// <summary>Where the replicas run.</summary>
    internal IReplicaScheduler Scheduler { get; init; } = ThreadPoolScheduler.Instance;

    /// <summary>
    /// Told everything that the core of a replica hands out, before any of it is done; null for nobody. Called by the replica's loop. For
    /// those who check what replicas do.
    /// </summary>
    internal Action<RaftNode, Ready>? ReadyTaken { get; init; }
}
