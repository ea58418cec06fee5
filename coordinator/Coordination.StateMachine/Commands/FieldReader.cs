using System.Buffers.Binary;

namespace Coordination.StateMachine;

/// <summary>Reads what <see cref="FieldWriter"/> wrote. Bytes are slices of the source, not copies.</summary>
internal ref struct FieldReader(ReadOnlyMemory<byte> source)
{
    private readonly ReadOnlyMemory<byte> _source = source;
    private int _position;

    /// <summary>Whether everything was read.</summary>
    public readonly bool IsAtEnd => _position == _source.Length;

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

    public ulong Unsigned()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("A number is longer than 64 bits.");
    }

    public long Number() => (long)Unsigned();

    /// <summary>The id of a partition.</summary>
    public uint Partition()
    {
        ulong partition = Unsigned();
        return partition <= uint.MaxValue
            ? (uint)partition
            : throw new FormatException($"The id of a partition has 32 bits, which {partition} has not.");
    }

    public ulong Fixed()
    {
        Require(sizeof(ulong));
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(_source.Span[_position..]);
        _position += sizeof(ulong);
        return value;
    }

    /// <summary>The number of items that follow, each of at least one byte: more cannot be there.</summary>
    public int Count()
    {
        ulong count = Unsigned();
        if (count > (ulong)(_source.Length - _position))
        {
            throw new FormatException($"{count} items cannot follow in {_source.Length - _position} bytes.");
        }

        return (int)count;
    }

    public ReadOnlyMemory<byte> Bytes()
    {
        int length = Count();
        var bytes = _source.Slice(_position, length);
        _position += length;
        return bytes;
    }

    public KeyRange Range()
    {
        var start = Bytes();
        return KeyRange.Between(start.ToArray(), Flag() ? Bytes().ToArray() : null);
    }

    private readonly void Require(int bytes)
    {
        if (_source.Length - _position < bytes)
        {
            throw new FormatException("The bytes end inside a field.");
        }
    }
}
