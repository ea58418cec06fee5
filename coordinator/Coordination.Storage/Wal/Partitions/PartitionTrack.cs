using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// One partition as the writer knows it. <see cref="Current"/> includes what is buffered; <see cref="Written"/> does not: it is what a
/// checkpoint says when the buffered batch turns out to need a new segment, in which the checkpoint comes first.
/// </summary>
internal sealed class PartitionTrack(PartitionId id)
{
    public PartitionId Id { get; } = id;

    /// <summary>With everything buffered; null once dropped.</summary>
    public PartitionSummary? Current { get; set; }

    /// <summary>As of the last batch written; null when the partition's creation is still buffered.</summary>
    public PartitionSummary? Written { get; set; }

    /// <summary>Where the live entries are.</summary>
    public EntryRuns Runs { get; init; } = new();

    /// <summary>Whether the buffered batch has something of this partition.</summary>
    public bool IsDirty { get; set; }
}
