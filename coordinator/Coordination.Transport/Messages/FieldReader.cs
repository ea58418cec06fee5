using System.Buffers.Binary;

namespace Coordination.Transport;

/// <summary>
/// Reads fields one after the other from bytes that nobody has checked: whatever they are, the outcome is a value or a
/// <see cref="FormatException"/>.
/// </summary>
internal struct FieldReader(ReadOnlyMemory<byte> source)
{
    private readonly ReadOnlyMemory<byte> _source = source;
    private int _position;

    public readonly int Remaining => _source.Length - _position;

    public readonly ReadOnlySpan<byte> Rest => _source.Span[_position..];

    public byte Byte()
    {
        Require(1);
        return _source.Span[_position++];
    }

    public bool Flag() => Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw new FormatException($"A flag is 0 or 1, not {other}."),
    };

    public ulong Fixed64()
    {
        Require(sizeof(ulong));
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(Rest);
        _position += sizeof(ulong);
        return value;
    }

    public ulong Varint()
    {
        var source = Rest;
        ulong value = 0;
        for (int i = 0; i < source.Length && i < FieldWriter.VarintBytesMax; i++)
        {
            byte next = source[i];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                _position += i + 1;
                return i < FieldWriter.VarintBytesMax - 1 || next <= 1
                    ? value
                    : throw new FormatException("A number has more than 64 bits.");
            }
        }

        throw new FormatException("A number is cut off, or does not end.");
    }

    /// <summary>The number that lies a written difference away from another.</summary>
    public ulong Difference(ulong from)
    {
        ulong zigzag = Varint();
        return from + ((zigzag >> 1) ^ (0 - (zigzag & 1)));
    }

    /// <summary>A length that must still be there, as the bytes say.</summary>
    public int Length()
    {
        ulong length = Varint();
        return length <= (ulong)Remaining
            ? (int)length
            : throw new FormatException($"{length} bytes are announced, but only {Remaining} follow.");
    }

    /// <summary>A slice of the source: nothing is copied.</summary>
    public ReadOnlyMemory<byte> Slice(int length)
    {
        Require(length);
        var slice = _source.Slice(_position, length);
        _position += length;
        return slice;
    }

    private readonly void Require(int bytes)
    {
        if (Remaining < bytes)
        {
            throw new FormatException($"{bytes} bytes are missing at offset {_position} of {_source.Length}.");
        }
    }
}
