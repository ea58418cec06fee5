namespace Coordination.Storage;

/// <summary>The limits of a <see cref="GroupCommitter"/>.</summary>
public sealed record GroupCommitterOptions
{
    /// <summary>How many items may wait for the committer before submitters have to. 4096 unless set.</summary>
    public int QueueItemsMax { get; init; } = 4096;

    /// <summary>
    /// How many bytes of entries may wait before submitters have to; a single larger request is let in when nothing else waits. 64 MiB
    /// unless set.
    /// </summary>
    public long QueueBytesMax { get; init; } = 64L << 20;

    /// <summary>
    /// From how many buffered bytes on what was drained from the queue is written as a batch before the rest is added; the sync comes after
    /// the last of them. 4 MiB unless set; far enough below <see cref="WalOptions.MaxBatchBytes"/> that the largest request fits too.
    /// </summary>
    public int BatchBytesTarget { get; init; } = 4 << 20;
}
