namespace Coordination.Storage;

/// <summary>What reading a log's files found.</summary>
/// <param name="Replay">The partitions.</param>
/// <param name="Segments">The segments, oldest first; empty when the directory holds no log.</param>
/// <param name="Last">The scan of the last segment, or null when there is none.</param>
internal sealed record RecoveredLog(LogReplay Replay, IReadOnlyList<SegmentExtent> Segments, SegmentScan? Last)
{
    /// <summary>Whether the last segment holds at least its first batch.</summary>
    public bool LastSegmentHasCheckpoint => Last is { EndOffset: > Sector.Bytes };

    public WalRecovery ToRecovery(string directory)
    {
        var cut = Last is { } last && last.WrittenEnd > last.EndOffset
            ? new WalCut(Segments[^1].Number, last.EndOffset, last.WrittenEnd - last.EndOffset, last.LastBatch + 1)
            : null;
        var partitions = Replay.ToRecovered();

        // Every log that was used has a partition: without one, none of its segments is there.
        ulong next = partitions.Count == 0 ? 1 : Segments[^1].Number + 1;
        return new WalRecovery(partitions, cut) { NextSegmentPath = $"{directory}/{SegmentName.Of(next)}" };
    }
}
