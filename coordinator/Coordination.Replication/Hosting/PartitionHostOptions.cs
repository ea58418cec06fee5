namespace Coordination.Replication;

/// <summary>What a <see cref="PartitionHost"/> needs to know.</summary>
public sealed record PartitionHostOptions
{
    /// <summary>The folder of all data; created when missing. Locked as long as the host lives.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The cluster that the data belong to.</summary>
    public required ulong ClusterId { get; init; }

    /// <summary>The member that the data belong to: the id of its replicas.</summary>
    public required ulong MemberId { get; init; }

    /// <summary>
    /// The members that partition 0 of a new directory begins with, <see cref="MemberId"/> among them; the same on all of them. Only this
    /// one unless set. A directory that exists knows its members from its log.
    /// </summary>
    public IReadOnlyList<ulong> Members { get; init; } = [];

    /// <summary>What connects this host with those of the other members; null when there are none.</summary>
    public IReplicaNetwork? Network { get; init; }

    /// <summary>
    /// Whether writes are acknowledged only when they are on the disk. Without it a crash of the machine, though not one of the process,
    /// loses what was acknowledged.
    /// </summary>
    public bool SyncWrites { get; init; } = true;

    /// <summary>How the replicas behave.</summary>
    public PartitionReplicaOptions Replica { get; init; } = new();

    /// <summary>How watches behave.</summary>
    public WatchHubOptions Watches { get; init; } = new();

    /// <summary>
    /// Told how long each sync of the log took, for metrics; null for nobody. Called on the thread that writes the log, so it must be
    /// quick.
    /// </summary>
    public Action<TimeSpan>? LogSynced { get; init; }
}
