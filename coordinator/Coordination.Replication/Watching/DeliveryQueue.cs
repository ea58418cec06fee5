using System.Threading.Tasks.Sources;

namespace Coordination.Replication;

/// <summary>
/// What waits to be sent on one stream, limited in bytes. The hub's turn adds to a batch of its own and hands it over at once; one reader
/// takes everything that waits at once. So the lock is taken once for many deliveries.
/// </summary>
internal sealed class DeliveryQueue : IValueTaskSource<ReadOnlyMemory<WatchDelivery>>
{
    private readonly Lock _gate = new();
    private readonly WatchHubOptions _options;
    private readonly QueueBudget _budget;
    private ManualResetValueTaskSourceCore<ReadOnlyMemory<WatchDelivery>> _waiting = new() { RunContinuationsAsynchronously = true };
    private DeliveryBatch _building = new();
    private DeliveryBatch _ready = new();
    private DeliveryBatch _taken = new();
    private long _bytes;
    private bool _isWaiting;
    private volatile bool _wantsDrain;
    private volatile WatchStreamEnd _end;

    public DeliveryQueue(WatchHubOptions options, QueueBudget budget)
    {
        _options = options;
        _budget = budget;
    }

    /// <summary>Why no more comes out.</summary>
    public WatchStreamEnd End => _end;

    /// <summary>For the hub: whether there is something to hand over.</summary>
    public bool IsDirty { get; set; }

    /// <summary>For the hub: whether watchers that take events must stop.</summary>
    public bool IsFull =>
        Volatile.Read(ref _bytes) + _building.Bytes >= (_budget.IsSpent ? _options.StreamBytesLow : _options.StreamBytesMax);

    private bool IsDrained => Volatile.Read(ref _bytes) + _building.Bytes < _options.StreamBytesLow;

    /// <summary>For the hub: whether watchers that stopped may go on. If not, the reader will tell when they may.</summary>
    public bool TryResume()
    {
        if (IsDrained)
        {
            return true;
        }

        if (_wantsDrain || _end != WatchStreamEnd.None)
        {
            return false;
        }

        lock (_gate)
        {
            _wantsDrain = !IsDrained;
            return !_wantsDrain;
        }
    }

    /// <summary>For the hub: adds, whether or not the queue is full.</summary>
    public void Add(WatchDelivery delivery) => _building.Add(delivery);

    /// <summary>For the hub: adds the answer to a request.</summary>
    public void AddAnswer(WatchDelivery delivery) => _building.AddAnswer(delivery);

    /// <summary>For the hub: hands what was added to the reader.</summary>
    public void HandOver()
    {
        IsDirty = false;
        var wake = false;
        ReadOnlyMemory<WatchDelivery> batch = default;
        lock (_gate)
        {
            if (_end == WatchStreamEnd.None)
            {
                Interlocked.Add(ref _bytes, _building.Bytes);
                _budget.Add(_building.Bytes);
                if (_ready.Count == 0)
                {
                    (_ready, _building) = (_building, _ready);
                }
                else
                {
                    _ready.Append(_building);
                }

                wake = _isWaiting && _ready.Count > 0;
                if (wake)
                {
                    batch = TakeLocked();
                }
            }
        }

        _building.Clear();
        if (wake)
        {
            _waiting.SetResult(batch);
        }
    }

    /// <summary>For the reader: gives back what it took the last time.</summary>
    /// <param name="answers">How many answers those were.</param>
    /// <returns>Whether the hub waits to be told that there is room again.</returns>
    public bool Release(out int answers)
    {
        answers = _taken.Answers;
        if (_taken.Count == 0)
        {
            return false;
        }

        lock (_gate)
        {
            if (_end == WatchStreamEnd.None)
            {
                Interlocked.Add(ref _bytes, -_taken.Bytes);
                _budget.Add(-_taken.Bytes);
            }

            _taken.Clear();
            bool wasWanted = _wantsDrain && Volatile.Read(ref _bytes) < _options.StreamBytesLow;
            if (wasWanted)
            {
                _wantsDrain = false;
            }

            return wasWanted;
        }
    }

    /// <summary>For the reader: takes everything that waits, or waits for something; nothing when the stream has ended.</summary>
    public ValueTask<ReadOnlyMemory<WatchDelivery>> TakeAsync()
    {
        lock (_gate)
        {
            if (_end != WatchStreamEnd.None)
            {
                return default;
            }

            if (_ready.Count > 0)
            {
                return new(TakeLocked());
            }

            _isWaiting = true;
            _waiting.Reset();
            return new(this, _waiting.Version);
        }
    }

    /// <summary>Ends the stream, if nothing else has, and forgets what waits. Any thread.</summary>
    public void EndWith(WatchStreamEnd end)
    {
        bool wake;
        lock (_gate)
        {
            if (_end != WatchStreamEnd.None)
            {
                return;
            }

            _end = end;
            _budget.Add(-Interlocked.Exchange(ref _bytes, 0));
            _ready.Clear();
            wake = _isWaiting;
            _isWaiting = false;
        }

        if (wake)
        {
            _waiting.SetResult(default);
        }
    }

    ReadOnlyMemory<WatchDelivery> IValueTaskSource<ReadOnlyMemory<WatchDelivery>>.GetResult(short token) => _waiting.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadOnlyMemory<WatchDelivery>>.GetStatus(short token) => _waiting.GetStatus(token);

    void IValueTaskSource<ReadOnlyMemory<WatchDelivery>>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiting.OnCompleted(continuation, state, token, flags);

    private ReadOnlyMemory<WatchDelivery> TakeLocked()
    {
        _isWaiting = false;
        (_taken, _ready) = (_ready, _taken);
        return _taken.Items;
    }
}
