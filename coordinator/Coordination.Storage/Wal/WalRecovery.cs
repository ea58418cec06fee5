using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>What a log held when it was opened.</summary>
/// <param name="Partitions">Every partition that was created and not dropped, in the order of their ids.</param>
/// <param name="Cut">The unacknowledged tail that was removed, or null when the log ended cleanly.</param>
public sealed record WalRecovery(IReadOnlyDictionary<PartitionId, RecoveredPartition> Partitions, WalCut? Cut)
{
    /// <summary>Where the segment after the newest one would be.</summary>
    internal string NextSegmentPath { get; init; } = string.Empty;

    /// <summary>
    /// The log ends before something that is known to have been in it: its newest segments were removed, which the log itself cannot
    /// notice.
    /// </summary>
    /// <param name="evidence">What is known, as a sentence.</param>
    public WalCorruptException Missing(string evidence) => new(NextSegmentPath, 0, 0, $"The segment is missing: {evidence}");
}

/// <summary>What the log held of one partition.</summary>
/// <param name="HardState">The latest hard state written; all zero when none was.</param>
/// <param name="Snapshot">What precedes <paramref name="Entries"/>: the start, an installed snapshot or the last compaction.</param>
/// <param name="Entries">The entries after the snapshot, in order, without gaps.</param>
public sealed record RecoveredPartition(HardState HardState, SnapshotMetadata Snapshot, IReadOnlyList<Entry> Entries);

/// <summary>The tail of the last segment that recovery removed: a write that a crash interrupted, never acknowledged to anyone.</summary>
/// <param name="Segment">The number of the segment.</param>
/// <param name="Offset">Where the cut begins, in bytes from the start of the file.</param>
/// <param name="Bytes">From there to the end of the last sector that held something.</param>
/// <param name="FirstBatch">The number of the first batch that was cut.</param>
public sealed record WalCut(ulong Segment, long Offset, long Bytes, ulong FirstBatch);
