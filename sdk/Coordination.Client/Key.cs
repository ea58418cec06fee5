using System.Text;
using Google.Protobuf;

namespace Coordination.Client;

/// <summary>
/// A key of the store: bytes, ordered bytewise. Text converts to its UTF-8 form. Immutable as long as nobody changes the memory that it was
/// made from, which is not copied. <c>default</c> is the empty key, which no request accepts.
/// </summary>
/// <param name="bytes">The key's bytes.</param>
public readonly struct Key(ReadOnlyMemory<byte> bytes) : IEquatable<Key>, IComparable<Key>
{
    /// <summary>A key from text, as UTF-8.</summary>
    /// <param name="text">The text; not null.</param>
    public Key(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>The key's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>True for the key without bytes.</summary>
    public bool IsEmpty => Bytes.IsEmpty;

    /// <summary>A key from text, as UTF-8.</summary>
    /// <param name="text">The text; not null.</param>
    public static implicit operator Key(string text) => new(text);

    /// <summary>A key from bytes, which are not copied.</summary>
    /// <param name="bytes">The bytes; not null.</param>
    public static implicit operator Key(byte[] bytes) => new((ReadOnlyMemory<byte>)bytes);

    /// <summary>A key from bytes, which are not copied.</summary>
    /// <param name="bytes">The bytes.</param>
    public static implicit operator Key(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Compares bytes.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(Key left, Key right) => left.Equals(right);

    /// <summary>Compares bytes.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(Key left, Key right) => !left.Equals(right);

    /// <summary>Bytewise order.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(Key left, Key right) => left.CompareTo(right) < 0;

    /// <summary>Bytewise order.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(Key left, Key right) => left.CompareTo(right) > 0;

    /// <summary>Bytewise order.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(Key left, Key right) => left.CompareTo(right) <= 0;

    /// <summary>Bytewise order.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(Key left, Key right) => left.CompareTo(right) >= 0;

    /// <summary>This key with more bytes behind it.</summary>
    /// <param name="suffix">What follows.</param>
    public Key Append(Key suffix) => new((byte[])[.. Bytes.Span, .. suffix.Bytes.Span]);

    /// <summary>True when the key begins with all bytes of another.</summary>
    /// <param name="prefix">The other key.</param>
    public bool StartsWith(Key prefix) => Bytes.Span.StartsWith(prefix.Bytes.Span);

    /// <summary>The smallest key after this one.</summary>
    public Key Next() => new((byte[])[.. Bytes.Span, 0]);

    /// <inheritdoc/>
    public bool Equals(Key other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Key other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int CompareTo(Key other) => Bytes.Span.SequenceCompareTo(other.Bytes.Span);

    /// <summary>The bytes read as UTF-8; for keys that are not text, something to look at only.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes.Span);

    internal ByteString ToByteString() => UnsafeByteOperations.UnsafeWrap(Bytes);
}
