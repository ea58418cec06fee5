using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>One thing for the committer to do: exactly one of the actions.</summary>
internal readonly record struct CommitItem
{
    public required CommitAction Action { get; init; }

    public PartitionId Partition { get; init; }

    public PersistRequest? Request { get; init; }

    public SnapshotMetadata? Snapshot { get; init; }

    public HardState HardState { get; init; }

    public ICommitCallback? Callback { get; init; }

    public Action? Done { get; init; }

    public Action<PurgeResult>? Purged { get; init; }

    /// <summary>What the item counts for in the queue's byte limit.</summary>
    public long Bytes { get; init; }

    /// <summary>Whether somebody relies on the item being durable when it completes.</summary>
    public bool MustSync => Action switch
    {
        CommitAction.Append => Request is { MustSync: true },
        CommitAction.Create or CommitAction.Drop => true,
        _ => false,
    };
}

/// <summary>What a <see cref="CommitItem"/> asks for.</summary>
internal enum CommitAction
{
    /// <summary>Append a request.</summary>
    Append,

    /// <summary>Create a partition.</summary>
    Create,

    /// <summary>Drop a partition.</summary>
    Drop,

    /// <summary>Compact a partition.</summary>
    Compact,

    /// <summary>Delete what no partition needs.</summary>
    Purge,
}
