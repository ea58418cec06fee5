namespace Coordination.Replication;

/// <summary>Deliveries in order. Belongs to whoever holds it.</summary>
internal sealed class DeliveryBatch
{
    private const int LengthMin = 16;

    /// <summary>What a delivery counts beside its events.</summary>
    private const int DeliveryBytes = 32;

    private WatchDelivery[] _items = new WatchDelivery[LengthMin];
    private WatchNotice? _last;

    public int Count { get; private set; }

    /// <summary>How much memory the deliveries keep: a notice that follows itself, for another watcher, counts once.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many of the deliveries answer requests.</summary>
    public int Answers { get; private set; }

    public ReadOnlyMemory<WatchDelivery> Items => _items.AsMemory(0, Count);

    public void Add(WatchDelivery delivery)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        _items[Count++] = delivery;
        Bytes += DeliveryBytes;
        if (!ReferenceEquals(delivery.Notice, _last))
        {
            _last = delivery.Notice;
            Bytes += delivery.Notice.Events.Length;
        }
    }

    /// <summary>Adds what answers a request.</summary>
    public void AddAnswer(WatchDelivery delivery)
    {
        Add(delivery);
        Answers++;
    }

    public void Append(DeliveryBatch other)
    {
        int count = Count + other.Count;
        if (count > _items.Length)
        {
            Array.Resize(ref _items, Math.Max(count, _items.Length * 2));
        }

        other.Items.CopyTo(_items.AsMemory(Count));
        Count = count;
        Bytes += other.Bytes;
        Answers += other.Answers;
        _last = other._last;
    }

    /// <summary>Forgets the deliveries, and the room for them when it is much more than they needed.</summary>
    public void Clear()
    {
        if (_items.Length > LengthMin && Count < _items.Length / 4)
        {
            _items = new WatchDelivery[Math.Max(LengthMin, _items.Length / 2)];
        }
        else
        {
            Array.Clear(_items, 0, Count);
        }

        Count = 0;
        Bytes = 0;
        Answers = 0;
        _last = null;
    }
}
