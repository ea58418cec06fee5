namespace Coordination.Raft;

/// <summary>The append messages with entries that one follower has not answered yet: a ring, bounded by number and by bytes.</summary>
internal sealed class InflightWindow(int maxCount, long maxBytes)
{
    private Append[] _ring = new Append[Math.Min(maxCount, 8)];
    private int _head;

    /// <summary>How many messages are unanswered.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes of entries they carry.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether nothing more may be sent. The message that crosses the byte limit was still sent.</summary>
    public bool IsFull => Count >= maxCount || Bytes >= maxBytes;

    /// <summary>A message whose last entry is <paramref name="last"/> was sent.</summary>
    public void Add(LogIndex last, long bytes)
    {
        Invariant.Check(!IsFull, $"The window is full ({Count} messages, {Bytes} bytes): nothing may be sent.");
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_head + Count) % _ring.Length] = new Append(last, bytes);
        Count++;
        Bytes += bytes;
    }

    /// <summary>The follower holds everything up to <paramref name="match"/>: messages that end there or before are answered.</summary>
    public void FreeTo(LogIndex match)
    {
        while (Count > 0 && _ring[_head].Last <= match)
        {
            FreeOldest();
        }
    }

    /// <summary>Gives up on the oldest message, so that a lost one cannot block the stream for ever.</summary>
    public void FreeOldest()
    {
        if (Count == 0)
        {
            return;
        }

        Bytes -= _ring[_head].Bytes;
        _head = (_head + 1) % _ring.Length;
        Count--;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _head = 0;
        Count = 0;
        Bytes = 0;
    }

    private void Grow()
    {
        var ring = new Append[Math.Min(maxCount, _ring.Length * 2)];
        for (int i = 0; i < Count; i++)
        {
            ring[i] = _ring[(_head + i) % _ring.Length];
        }

        _ring = ring;
        _head = 0;
    }

    private readonly record struct Append(LogIndex Last, long Bytes);
}
