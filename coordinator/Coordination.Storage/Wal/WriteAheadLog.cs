using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// The log that all partitions of a node share: one sequence of batches over segment files, so that one sync makes the requests of many
/// partitions durable. Not thread-safe; its owner, usually a <see cref="GroupCommitter"/>, calls it from one thread. Requests are buffered,
/// written by <see cref="WriteBatch"/> as one batch that a restart finds whole or not at all, and durable after <see cref="Sync"/>.
/// <para>After any exception but <see cref="ArgumentException"/> nothing is known about the end of the files: the log refuses every further
/// call, and its owner must stop the node. Opening it again finds out what is durable. A failed sync is never repeated (Rebello et al.: Can
/// Applications Recover from fsync Failures?, USENIX ATC 2020).</para>
/// <para>The format is in docs/disk-format.md.</para>
/// </summary>
public sealed class WriteAheadLog : IDisposable
{
    private readonly WalOptions _options;
    private readonly IDisposable _lock;
    private readonly SegmentWriter _segments;
    private readonly PartitionTable _partitions;
    private readonly BatchBuffer _batch = new();
    private readonly BatchBuffer _checkpoint = new();
    private long _entriesAppended;
    private bool _isUsable = true;

    private WriteAheadLog(WalOptions options, IDisposable directoryLock, SegmentWriter segments, PartitionTable partitions)
    {
        _options = options;
        _lock = directoryLock;
        _segments = segments;
        _partitions = partitions;
    }

    /// <summary>Whether something waits for <see cref="WriteBatch"/>.</summary>
    public bool HasBuffered => _batch.PayloadBytes > 0;

    /// <summary>How many bytes of records wait for <see cref="WriteBatch"/>.</summary>
    public int BufferedBytes => _batch.PayloadBytes;

    /// <summary>
    /// Opens the log in a directory, or creates it when the directory holds none. On return everything that
    /// <paramref name="recovery"/> holds is durable, and what a crash left of an unfinished write is gone.
    /// </summary>
    /// <param name="files">The disk.</param>
    /// <param name="directory">The absolute path of a directory of the log's own; created when missing.</param>
    /// <param name="options">The layout, and to whom the log belongs.</param>
    /// <param name="recovery">What the log held.</param>
    /// <exception cref="WalCorruptException">The files are damaged; nothing was changed.</exception>
    /// <exception cref="WalForeignException">The files belong to another cluster, node or version of the format.</exception>
    /// <exception cref="IOException">The disk failed, or another process has the directory open.</exception>
    public static WriteAheadLog Open(IFileSystem files, string directory, WalOptions options, out WalRecovery recovery)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        files.CreateDirectory(directory);
        var directoryLock = files.LockExclusive($"{directory}/{SegmentName.LockFile}");
        SegmentWriter? segments = null;
        try
        {
            var partitions = new PartitionTable();
            var recovered = LogRecovery.Run(files, directory, options);
            segments = LogRepair.OpenForWriting(files, directory, options, recovered);
            recovered.Replay.MoveTo(partitions);
            var log = new WriteAheadLog(options, directoryLock, segments, partitions);
            log.CompleteLastSegment(recovered);
            recovery = recovered.ToRecovery(directory);
            return log;
        }
        catch
        {
            // Not handled, only cleaned up after: the caller gets the exception and may open the directory again.
            segments?.Dispose();
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>Buffers the beginning of a partition.</summary>
    /// <param name="partition">An id that no existing partition has.</param>
    /// <param name="start">What precedes the partition's first entry.</param>
    /// <param name="hardState">
    /// The hard state that it begins with, found together with the partition or not at all; none for a replica that never was before.
    /// </param>
    public void CreatePartition(PartitionId partition, SnapshotMetadata start, HardState hardState = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (_partitions.Contains(partition))
        {
            throw new ArgumentException($"Partition {partition} exists already.", nameof(partition));
        }

        Begin();
        var summary = PartitionSummary.StartAt(start).WithFloor(hardState.Floor);
        Hold(partition, summary.FindViolation(hardState));
        _partitions.Create(partition, summary.With(hardState));
        RecordWriter.WriteSnapshot(_batch, partition, RecordKind.PartitionCreated, start);
        if (hardState.Floor.IsSome)
        {
            RecordWriter.WriteFloor(_batch, partition, hardState.Floor);
        }

        if (hardState != default)
        {
            RecordWriter.WriteHardState(_batch, partition, hardState);
        }

        End();
    }

    /// <summary>Buffers the end of a partition: after the batch nothing of it comes back, and its id may be used again.</summary>
    public void DropPartition(PartitionId partition)
    {
        CheckExists(partition);
        Begin();
        _partitions.Drop(partition);
        RecordWriter.WriteDropped(_batch, partition);
        End();
    }

    /// <summary>
    /// Buffers a request: first the snapshot, which replaces the partition's log, then the entries, which replace everything from the first
    /// one's index on, then the hard state.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// There is no such partition, or the batch would exceed <see cref="WalOptions.MaxBatchBytes"/>.
    /// </exception>
    /// <exception cref="InvariantViolationException">The request contradicts what the log holds: the core has a bug.</exception>
    public void Append(PartitionId partition, PersistRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckExists(partition);
        long size = RecordWriter.SizeOf(request);
        if (size + _batch.PayloadBytes > _options.MaxBatchBytes)
        {
            throw new ArgumentException(
                $"The request of {size} bytes exceeds the batch limit of {_options.MaxBatchBytes}; {_batch.PayloadBytes} are buffered.",
                nameof(request));
        }

        Begin();
        var track = _partitions.Change(partition);
        var summary = track.Current ?? throw new InvariantViolationException($"Partition {partition} lost its state.");
        if (request.Snapshot is { } snapshot)
        {
            Hold(partition, summary.FindViolationOfReplacement(snapshot));
            summary = summary.ReplacedBy(snapshot);
            track.Runs.Clear();
            RecordWriter.WriteSnapshot(_batch, partition, RecordKind.Snapshot, snapshot);
        }

        var entries = request.Entries.Span;
        if (entries.Length > 0)
        {
            Hold(partition, summary.FindViolation(entries));
            summary = summary.WithEntries(entries);
            track.Runs.Append(entries[0].Index, EntryRuns.BufferedSegment);
            RecordWriter.WriteEntries(_batch, partition, entries);
            _entriesAppended += entries.Length;
        }

        if (request.HardState is { } hardState)
        {
            Hold(partition, summary.FindViolation(hardState));
            summary = summary.With(hardState);
            RecordWriter.WriteHardState(_batch, partition, hardState);
        }

        track.Current = summary;
        End();
    }

    /// <summary>
    /// Buffers that the entries up to <paramref name="snapshot"/> are no longer needed, because the state machine durably contains them.
    /// </summary>
    public void Compact(PartitionId partition, SnapshotMetadata snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        CheckExists(partition);
        Begin();
        var track = _partitions.Change(partition);
        var summary = track.Current ?? throw new InvariantViolationException($"Partition {partition} lost its state.");
        Hold(partition, summary.FindViolationOfCompaction(snapshot));
        track.Current = summary.CompactedTo(snapshot);
        track.Runs.Compact(snapshot.Index, summary.LastIndex);
        RecordWriter.WriteSnapshot(_batch, partition, RecordKind.Compacted, snapshot);
        End();
    }

    /// <summary>
    /// Writes everything buffered as one batch, in a new segment when the current one is full; nothing when nothing is buffered. Not
    /// durable before <see cref="Sync"/>.
    /// </summary>
    public void WriteBatch()
    {
        Begin();
        if (HasBuffered)
        {
            if (!_segments.HasRoomFor(_batch.FileBytes))
            {
                BeginSegment(_batch.FileBytes);
            }

            _segments.Write(_batch);
            _partitions.BatchWritten(_segments.NewestSegment);
            _batch.Clear();
        }

        End();
    }

    /// <summary>Makes every batch written so far durable, with one sync; none when they are.</summary>
    public void Sync()
    {
        Begin();
        _segments.Sync();
        End();
    }

    /// <summary>
    /// Writes and syncs what is buffered if a segment can go, then deletes the oldest segments that hold no entry that any partition needs.
    /// </summary>
    /// <returns>How many were deleted.</returns>
    public int Purge()
    {
        // What is buffered may be the compaction that makes a segment superfluous: it has to be durable before the segment goes.
        if (_segments.SegmentCount > 1 && _partitions.OldestSegmentNeeded() > _segments.OldestSegment)
        {
            WriteBatch();
            Sync();
        }

        Begin();
        int deleted = _segments.DeleteBefore(_partitions.OldestSegmentNeeded());
        End();
        return deleted;
    }

    /// <summary>The partitions whose entries keep the oldest segment from being purged; empty when it is the only one.</summary>
    public IReadOnlyList<PartitionId> PinningOldestSegment() =>
        _segments.SegmentCount > 1 ? _partitions.NeedingSegment(_segments.OldestSegment) : [];

    /// <summary>The figures for metrics.</summary>
    public WalStatus GetStatus() => new()
    {
        OldestSegment = _segments.OldestSegment,
        NewestSegment = _segments.NewestSegment,
        Segments = _segments.SegmentCount,
        SegmentBytes = _segments.SegmentBytes,
        LastBatch = _segments.LastBatch,
        DurableBatch = _segments.DurableBatch,
        BatchesWritten = _segments.BatchesWritten,
        BytesWritten = _segments.BytesWritten,
        EntriesAppended = _entriesAppended,
        Syncs = _segments.Syncs,
        SegmentsPurged = _segments.SegmentsPurged,
    };

    /// <summary>Closes the files. What is buffered is forgotten; what is written and not synced stays so.</summary>
    public void Dispose()
    {
        _isUsable = false;
        _segments.Dispose();
        _lock.Dispose();
    }

    private static void Hold(PartitionId partition, string? violation) =>
        Invariant.Check(violation is null, $"Partition {partition}: {violation}");

    /// <summary>A segment must begin with its checkpoint; a crash may have come between the two.</summary>
    private void CompleteLastSegment(RecoveredLog recovered)
    {
        Begin();
        if (_segments.SegmentCount == 0)
        {
            BeginSegment(0);
            _segments.Sync();
        }
        else if (!recovered.LastSegmentHasCheckpoint)
        {
            _partitions.WriteCheckpoint(_checkpoint);
            _segments.Write(_checkpoint);
            _segments.Sync();
        }

        End();
    }

    private void BeginSegment(int fileBytes)
    {
        _checkpoint.Clear();
        _partitions.WriteCheckpoint(_checkpoint);
        _segments.BeginSegment(_checkpoint.FileBytes + fileBytes);
        _segments.Write(_checkpoint);
    }

    private void CheckExists(PartitionId partition)
    {
        if (!_partitions.Contains(partition))
        {
            throw new ArgumentException($"Partition {partition} does not exist in the log.", nameof(partition));
        }
    }

    private void Begin()
    {
        if (!_isUsable)
        {
            throw new InvalidOperationException("The log failed or was closed; it has to be opened again.");
        }

        // Usable again only when the call comes to its end.
        _isUsable = false;
    }

    private void End() => _isUsable = true;
}
