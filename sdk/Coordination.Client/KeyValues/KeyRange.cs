namespace Coordination.Client;

/// <summary>A set of keys that follow one another: one key, those with a prefix, those between two. <c>default</c> is all keys.</summary>
public readonly record struct KeyRange
{
    private KeyRange(Key start, Key end, bool isSingle)
    {
        Start = start;
        End = end;
        IsSingle = isSingle;
    }

    /// <summary>Every key.</summary>
    public static KeyRange All => default;

    /// <summary>The first key of the range; empty when it begins with the first key there is.</summary>
    public Key Start { get; }

    /// <summary>The first key behind the range; empty when it goes on to the last key there is, and when it is a single key.</summary>
    public Key End { get; }

    /// <summary>True when the range is the key <see cref="Start"/> alone.</summary>
    public bool IsSingle { get; }

    /// <summary>One key.</summary>
    /// <param name="key">The key; not empty.</param>
    public static KeyRange Of(Key key) => new(NotEmpty(key, nameof(key)), default, isSingle: true);

    /// <summary>Every key that begins with a prefix.</summary>
    /// <param name="prefix">The prefix; an empty one is in front of every key.</param>
    public static KeyRange Prefix(Key prefix) => new(prefix, PrefixEnd(prefix), isSingle: false);

    /// <summary>Keys from one on, up to another that is not included. Empty unless the first is smaller.</summary>
    /// <param name="start">The first key.</param>
    /// <param name="end">The first key that is not included; not empty.</param>
    public static KeyRange Between(Key start, Key end) => new(start, NotEmpty(end, nameof(end)), isSingle: false);

    /// <summary>Keys from one on.</summary>
    /// <param name="start">The first key.</param>
    public static KeyRange From(Key start) => new(start, default, isSingle: false);

    /// <summary>True when a key is in the range.</summary>
    /// <param name="key">The key.</param>
    public bool Contains(Key key) => IsSingle ? key == Start : key >= Start && (End.IsEmpty || key < End);

    /// <summary>The first key behind all those with a prefix; empty when there is none.</summary>
    internal static Key PrefixEnd(Key prefix)
    {
        var bytes = prefix.Bytes.Span;
        var length = bytes.Length;
        while (length > 0 && bytes[length - 1] == 0xff)
        {
            length--;
        }

        if (length == 0)
        {
            return default;
        }

        var end = bytes[..length].ToArray();
        end[^1]++;
        return new Key((ReadOnlyMemory<byte>)end);
    }

    private static Key NotEmpty(Key key, string name) =>
        key.IsEmpty ? throw new ArgumentException("A key has at least one byte.", name) : key;
}
