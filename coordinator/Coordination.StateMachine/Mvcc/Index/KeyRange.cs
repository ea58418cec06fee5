namespace Coordination.StateMachine;

/// <summary>
/// The keys from <see cref="Start"/> up to but not including <see cref="End"/>; without an end, all keys from the start on. Built from the
/// two byte strings of etcd's requests, where an absent end means one key and a zero byte means no end.
/// </summary>
public readonly struct KeyRange
{
    private KeyRange(byte[] start, byte[]? end)
    {
        Start = start;
        End = end;
    }

    /// <summary>The first key of the range.</summary>
    public byte[] Start { get; }

    /// <summary>The first key behind the range, or null when there is none.</summary>
    public byte[]? End { get; }

    /// <summary>Whether no key can be in the range.</summary>
    public bool IsEmpty => End is not null && End.AsSpan().SequenceCompareTo(Start) <= 0;

    /// <summary>Whether the range was given as a single key.</summary>
    public bool IsSingleKey => End is { } end && end.Length == Start.Length + 1 && end[^1] == 0 && end.AsSpan().StartsWith(Start);

    /// <summary>The range that <paramref name="key"/> and <paramref name="rangeEnd"/> of a request mean.</summary>
    public static KeyRange FromRequest(ReadOnlySpan<byte> key, ReadOnlySpan<byte> rangeEnd)
    {
        if (rangeEnd.IsEmpty)
        {
            return OfKey(key);
        }

        // The key "\0" together with the end "\0" means everything; no key is smaller than "\0", so that needs no special case.
        return rangeEnd is [0] ? new KeyRange(key.ToArray(), null) : new KeyRange(key.ToArray(), rangeEnd.ToArray());
    }

    /// <summary>
    /// The keys from <paramref name="start"/> up to but not including <paramref name="end"/>, or without end when that is null.
    /// </summary>
    public static KeyRange Between(byte[] start, byte[]? end) => new(start, end);

    /// <summary>The range of exactly one key.</summary>
    public static KeyRange OfKey(ReadOnlySpan<byte> key)
    {
        var end = new byte[key.Length + 1];
        key.CopyTo(end);
        return new KeyRange(key.ToArray(), end);
    }

    /// <summary>The range of all keys that begin with <paramref name="prefix"/>.</summary>
    public static KeyRange OfPrefix(ReadOnlySpan<byte> prefix)
    {
        // The first key behind them is the prefix, counted up as a number; a prefix of nothing but 0xFF has nothing behind it.
        byte[] start = prefix.ToArray();
        int last = prefix.LastIndexOfAnyExcept((byte)0xFF);
        if (last < 0)
        {
            return new KeyRange(start, null);
        }

        byte[] end = start[..(last + 1)];
        end[last]++;
        return new KeyRange(start, end);
    }

    /// <summary>Whether some key can lie in both ranges.</summary>
    public bool Intersects(KeyRange other) =>
        !IsEmpty && !other.IsEmpty && StartsBefore(other.End) && other.StartsBefore(End);

    /// <summary>Whether <paramref name="key"/> lies in the range.</summary>
    public bool Contains(ReadOnlySpan<byte> key) =>
        key.SequenceCompareTo(Start) >= 0 && (End is null || key.SequenceCompareTo(End) < 0);

    private bool StartsBefore(byte[]? end) => end is null || Start.AsSpan().SequenceCompareTo(end) < 0;
}
