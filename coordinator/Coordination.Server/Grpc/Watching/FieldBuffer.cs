using System.Buffers.Binary;

namespace Coordination.Server;

/// <summary>
/// Writes protobuf fields into memory that has room for them. Fields that have their default are left out, as they must be.
/// </summary>
internal ref struct FieldBuffer(Span<byte> room)
{
    private const int WireTypeBits = 3;
    private const int LengthDelimited = 2;

    private readonly Span<byte> _room = room;

    /// <summary>How many bytes are written.</summary>
    public int Length { get; private set; }

    /// <summary>Writes an integer of 64 bits; negative ones take ten bytes.</summary>
    public void Write(int field, long value) => Write(field, (ulong)value);

    /// <summary>Writes an integer of 64 bits without sign.</summary>
    public void Write(int field, ulong value)
    {
        if (value != 0)
        {
            WriteVarint((ulong)field << WireTypeBits);
            WriteVarint(value);
        }
    }

    /// <summary>Writes a boolean.</summary>
    public void Write(int field, bool value) => Write(field, value ? 1UL : 0UL);

    /// <summary>Writes bytes or text.</summary>
    public void Write(int field, scoped ReadOnlySpan<byte> content)
    {
        if (!content.IsEmpty)
        {
            WriteVarint(((ulong)field << WireTypeBits) | LengthDelimited);
            WriteVarint((ulong)content.Length);
            WriteRaw(content);
        }
    }

    /// <summary>Writes fields that are encoded already.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> fields)
    {
        fields.CopyTo(_room[Length..]);
        Length += fields.Length;
    }

    /// <summary>Leaves room for gRPC's prefix of a message.</summary>
    public void SkipPrefix() => Length += GrpcPrefix.Bytes;

    /// <summary>Fills in the prefix that the memory begins with.</summary>
    public readonly void SetPrefix(int messageBytes) => GrpcPrefix.Write(_room, messageBytes);

    private void WriteVarint(ulong value)
    {
        while (value >= 0x80)
        {
            _room[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _room[Length++] = (byte)value;
    }

    /// <summary>What precedes a message on a gRPC stream: a flag for compression, and its length.</summary>
    private static class GrpcPrefix
    {
        public const int Bytes = 5;

        public static void Write(Span<byte> room, int messageBytes)
        {
            room[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(room[1..], messageBytes);
        }
    }
}
