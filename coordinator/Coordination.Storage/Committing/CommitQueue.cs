namespace Coordination.Storage;

/// <summary>
/// The bounded queue in front of a <see cref="GroupCommitter"/>: many threads add, one takes everything at once. Two lists change places, so
/// that nothing is allocated or copied in the long run. Thread-safe.
/// </summary>
internal sealed class CommitQueue(GroupCommitterOptions options)
{
    private readonly object _gate = new();
    private List<CommitItem> _items = [];
    private long _bytes;
    private Exception? _failure;
    private bool _isClosed;

    /// <summary>Adds an item, waiting while the queue is full.</summary>
    public void Add(in CommitItem item)
    {
        lock (_gate)
        {
            while (IsFullLocked(item.Bytes))
            {
                Monitor.Wait(_gate);
            }

            AddLocked(item);
        }
    }

    /// <summary>Adds an item unless the queue is full.</summary>
    public bool TryAdd(in CommitItem item)
    {
        lock (_gate)
        {
            if (IsFullLocked(item.Bytes))
            {
                return false;
            }

            AddLocked(item);
            return true;
        }
    }

    /// <summary>Waits for items and takes all of them into <paramref name="empty"/>'s place; false when closed and empty.</summary>
    public bool TakeAll(ref List<CommitItem> empty)
    {
        lock (_gate)
        {
            while (_items.Count == 0 && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            (_items, empty) = (empty, _items);
            _bytes = 0;
            Monitor.PulseAll(_gate);
            return empty.Count > 0;
        }
    }

    /// <summary>Takes no more items; those that are queued can still be taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes no more items and forgets those that are queued.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            _isClosed = true;
            _items.Clear();
            Monitor.PulseAll(_gate);
        }
    }

    private bool IsFullLocked(long bytes) =>
        !_isClosed && _items.Count > 0 && (_items.Count >= options.QueueItemsMax || _bytes + bytes > options.QueueBytesMax);

    private void AddLocked(in CommitItem item)
    {
        if (_isClosed)
        {
            throw new InvalidOperationException(
                _failure is null ? "The committer is closed." : "The log failed; the node has to stop.", _failure);
        }

        _items.Add(item);
        _bytes += item.Bytes;
        if (_items.Count == 1)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
