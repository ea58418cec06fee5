using System.Buffers.Binary;

namespace Coordination.Transport;

/// <summary>Writes the fields of a message one after the other into a span that is known to be large enough.</summary>
internal ref struct FieldWriter(Span<byte> destination)
{
    /// <summary>The most bytes that a varint of 64 bits takes.</summary>
    public const int VarintBytesMax = 10;

    private readonly Span<byte> _destination = destination;

    /// <summary>How many bytes were written.</summary>
    public int Written { get; private set; }

    private readonly Span<byte> Rest => _destination[Written..];

    public void Byte(byte value) => _destination[Written++] = value;

    public void Fixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Rest, value);
        Written += sizeof(ulong);
    }

    /// <summary>Seven bits a byte, the lowest first; the high bit says that more follow.</summary>
    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    /// <summary>The way from one number to another, short when they are near, in either direction.</summary>
    public void Difference(ulong from, ulong to)
    {
        // Zigzag: small negative numbers become small positive ones. The difference wraps around, so every pair of numbers has one.
        long difference = (long)(to - from);
        Varint((ulong)((difference << 1) ^ (difference >> 63)));
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Rest);
        Written += value.Length;
    }
}
