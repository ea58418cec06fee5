using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>A partition of this node, for automatic compaction.</summary>
internal sealed class CompactablePartition(PartitionReplica replica) : ICompactable
{
    /// <inheritdoc/>
    public uint Partition => replica.Partition;

    /// <inheritdoc/>
    public bool IsLeader => replica.IsLeader;

    /// <inheritdoc/>
    public long Revision => replica.View.Revision;

    /// <inheritdoc/>
    public async Task<bool> CompactAsync(long revision)
    {
        ProposalOutcome outcome = await replica.ProposeAsync(new CompactCommand(revision));
        return outcome.End == ProposalEnd.Applied && outcome.Result.Error is (ApplyError.None or ApplyError.Compacted);
    }
}
