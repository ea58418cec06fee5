using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// Takes what the replicas of a node want in their shared log, and says when it is durable. From any thread, but for callbacks; items of
/// one partition keep their order. Any failure is final: what was under way is never reported as done.
/// </summary>
public interface ICommitter
{
    /// <summary>Submits a request; the callback hears of it when it is durable.</summary>
    /// <exception cref="InvalidOperationException">The committer is closed, or the log failed.</exception>
    void Submit(PartitionId partition, PersistRequest request, ICommitCallback callback);

    /// <summary>Says that entries up to the snapshot are no longer needed. Not durable on its own: losing it only costs space.</summary>
    void Compact(PartitionId partition, SnapshotMetadata snapshot);

    /// <summary>Deletes the segments that no partition needs, after everything submitted before.</summary>
    void Purge(Action<PurgeResult>? purged = null);
}
