using System.Text;
using Google.Protobuf;

namespace Coordination.Client;

/// <summary>
/// What a key holds: bytes, which may be none. Text converts to its UTF-8 form. Immutable as long as nobody changes the memory that it was
/// made from, which is not copied.
/// </summary>
/// <param name="bytes">The value's bytes.</param>
public readonly struct Value(ReadOnlyMemory<byte> bytes) : IEquatable<Value>
{
    /// <summary>A value from text, as UTF-8.</summary>
    /// <param name="text">The text; not null.</param>
    public Value(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>The value's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>A value from text, as UTF-8.</summary>
    /// <param name="text">The text; not null.</param>
    public static implicit operator Value(string text) => new(text);

    /// <summary>A value from bytes, which are not copied.</summary>
    /// <param name="bytes">The bytes; not null.</param>
    public static implicit operator Value(byte[] bytes) => new((ReadOnlyMemory<byte>)bytes);

    /// <summary>A value from bytes, which are not copied.</summary>
    /// <param name="bytes">The bytes.</param>
    public static implicit operator Value(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Compares bytes.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(Value left, Value right) => left.Equals(right);

    /// <summary>Compares bytes.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(Value left, Value right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Value other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Value other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The bytes read as UTF-8.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes.Span);

    internal ByteString ToByteString() => UnsafeByteOperations.UnsafeWrap(Bytes);
}
