using Google.Protobuf;

namespace Coordination.Client;

/// <summary>Puts the prefix of a namespace in front of keys on their way to the server, and takes it off on their way back.</summary>
internal readonly struct KeyPrefix(Key prefix)
{
    /// <summary>The smallest key, and as the end of a range: none.</summary>
    private static readonly ByteString Zero = ByteString.CopyFrom(0);

    private readonly Key _prefix = prefix;

    public ByteString Add(Key key)
    {
        if (key.IsEmpty)
        {
            throw new ArgumentException("A key has at least one byte.", nameof(key));
        }

        return Prepend(key).ToByteString();
    }

    /// <summary>The range as the protocol says it: the first key, and the first one behind it.</summary>
    public (ByteString Start, ByteString End) Add(KeyRange range)
    {
        if (range.IsSingle)
        {
            return (Add(range.Start), ByteString.Empty);
        }

        // A namespace has no key without bytes of its own, even if the store has one that is exactly the prefix.
        var start = range.Start.IsEmpty ? Prepend(new byte[] { 0 }) : Prepend(range.Start);
        var end = range.End.IsEmpty ? KeyRange.PrefixEnd(_prefix) : Prepend(range.End);
        return (start.ToByteString(), end.IsEmpty ? Zero : end.ToByteString());
    }

    /// <summary>True for a key of the namespace.</summary>
    public bool Matches(ByteString key) => key.Length > _prefix.Bytes.Length && key.Span.StartsWith(_prefix.Bytes.Span);

    public Key Remove(ByteString key) => key.Memory[_prefix.Bytes.Length..];

    private Key Prepend(Key key) => _prefix.IsEmpty ? key : _prefix.Append(key);
}
