using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// Owns a <see cref="WriteAheadLog"/> and the one thread that calls it. Everything that was submitted while the disk was busy goes into the
/// next write, so that one sync serves all partitions: the busier the node, the larger the groups. Submit from any thread; items of one
/// submitter keep their order, and so do their callbacks, which run on the committer's thread.
/// <para>A thread of its own, not the pool's, because it spends its life blocked in the disk. Any failure is final: what was under way is
/// not reported as done, later submissions are refused, and the owner hears of it once and must stop the node.</para>
/// </summary>
public sealed class GroupCommitter : ICommitter, IDisposable
{
    private readonly WriteAheadLog _log;
    private readonly GroupCommitterOptions _options;
    private readonly Action<Exception> _onFailure;
    private readonly CommitQueue _queue;
    private readonly Thread _thread;
    private readonly Lock _statusLock = new();
    private WalStatus _status;

    /// <summary>Starts the thread.</summary>
    /// <param name="log">An open log; the committer owns it from here on and closes it.</param>
    /// <param name="options">The limits.</param>
    /// <param name="onFailure">Called once, on the committer's thread, when the log failed: the node must stop.</param>
    public GroupCommitter(WriteAheadLog log, GroupCommitterOptions options, Action<Exception> onFailure)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(onFailure);
        _log = log;
        _options = options;
        _onFailure = onFailure;
        _queue = new CommitQueue(options);
        _status = log.GetStatus();
        _thread = new Thread(Run) { Name = "wal-committer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Submits a request; waits while the queue is full.</summary>
    /// <inheritdoc cref="ICommitter.Submit" path="/exception"/>
    public void Submit(PartitionId partition, PersistRequest request, ICommitCallback callback) =>
        Add(ItemOf(partition, request, callback));

    /// <summary>Submits a request unless the queue is full.</summary>
    /// <returns>Whether the request was taken.</returns>
    /// <exception cref="InvalidOperationException">The committer is closed, or the log failed.</exception>
    public bool TrySubmit(PartitionId partition, PersistRequest request, ICommitCallback callback) =>
        _queue.TryAdd(ItemOf(partition, request, callback));

    /// <summary>
    /// Begins a partition, whose log begins after <paramref name="start"/>; <paramref name="done"/> runs when that is durable. The hard
    /// state is found with the partition after a crash, or neither.
    /// </summary>
    public void CreatePartition(PartitionId partition, SnapshotMetadata start, HardState hardState, Action? done = null) =>
        Add(new CommitItem
        {
            Action = CommitAction.Create,
            Partition = partition,
            Snapshot = start,
            HardState = hardState,
            Done = done,
        });

    /// <summary>Ends a partition; <paramref name="done"/> runs when that is durable.</summary>
    public void DropPartition(PartitionId partition, Action? done = null) =>
        Add(new CommitItem { Action = CommitAction.Drop, Partition = partition, Done = done });

    /// <inheritdoc/>
    public void Compact(PartitionId partition, SnapshotMetadata snapshot) =>
        Add(new CommitItem { Action = CommitAction.Compact, Partition = partition, Snapshot = snapshot });

    /// <inheritdoc/>
    public void Purge(Action<PurgeResult>? purged = null) =>
        Add(new CommitItem { Action = CommitAction.Purge, Purged = purged });

    /// <summary>The log's figures as of the last write. From any thread.</summary>
    public WalStatus GetStatus()
    {
        lock (_statusLock)
        {
            return _status;
        }
    }

    /// <summary>Takes no more, finishes what was submitted, and closes the log.</summary>
    public void Dispose()
    {
        _queue.Close();
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    private static CommitItem ItemOf(PartitionId partition, PersistRequest request, ICommitCallback callback)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(callback);
        long bytes = 0;
        foreach (var entry in request.Entries.Span)
        {
            bytes += entry.SizeBytes;
        }

        return new CommitItem
        {
            Action = CommitAction.Append,
            Partition = partition,
            Request = request,
            Callback = callback,
            Bytes = bytes,
        };
    }

    private void Add(in CommitItem item)
    {
        // Waiting for itself it would wait for ever.
        Invariant.Check(Thread.CurrentThread != _thread, "A callback of the committer submits to it.");
        _queue.Add(item);
    }

    private void Run()
    {
        var items = new List<CommitItem>();
        try
        {
            while (_queue.TakeAll(ref items))
            {
                Commit(items);
                items.Clear();
            }
        }
        catch (Exception failure)
        {
            // The loop's supervisor: whatever went wrong, the end of the log is unknown, and nobody may be told that anything is durable.
            _queue.Fail(failure);
            _onFailure(failure);
        }
        finally
        {
            _log.Dispose();
        }
    }

    private void Commit(List<CommitItem> items)
    {
        bool mustSync = false;
        foreach (var item in items)
        {
            Buffer(item);
            mustSync |= item.MustSync;
            if (_log.BufferedBytes >= _options.BatchBytesTarget)
            {
                _log.WriteBatch();
            }
        }

        _log.WriteBatch();
        if (mustSync)
        {
            _log.Sync();
        }

        PublishStatus();
        foreach (var item in items)
        {
            Complete(item);
        }
    }

    private void Buffer(in CommitItem item)
    {
        switch (item.Action)
        {
            case CommitAction.Append when item.Request is { } request:
                _log.Append(item.Partition, request);
                break;
            case CommitAction.Create when item.Snapshot is { } start:
                _log.CreatePartition(item.Partition, start, item.HardState);
                break;
            case CommitAction.Drop:
                _log.DropPartition(item.Partition);
                break;
            case CommitAction.Compact when item.Snapshot is { } snapshot:
                _log.Compact(item.Partition, snapshot);
                break;
            default:
                Invariant.Check(item.Action == CommitAction.Purge, $"An item of kind {item.Action} lacks what it needs.");
                break;
        }
    }

    private void Complete(in CommitItem item)
    {
        if (item.Action == CommitAction.Purge)
        {
            int deleted = _log.Purge();
            PublishStatus();
            item.Purged?.Invoke(new PurgeResult(deleted, _log.PinningOldestSegment()));
            return;
        }

        if (item.Request is { } request)
        {
            item.Callback?.Persisted(item.Partition, request.Sequence);
        }

        item.Done?.Invoke();
    }

    private void PublishStatus()
    {
        var status = _log.GetStatus();
        lock (_statusLock)
        {
            _status = status;
        }
    }
}
