using System.Buffers;
using System.Buffers.Binary;

namespace Coordination.StateMachine;

/// <summary>Writes the fields of a command or record one after the other. Numbers are little-endian base-128 varints.</summary>
internal readonly ref struct FieldWriter(IBufferWriter<byte> output)
{
    private const int VarintBytesMax = 10;

    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Number(ulong value)
    {
        var span = output.GetSpan(VarintBytesMax);
        int length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        output.Advance(length);
    }

    /// <summary>A signed number; negative ones take ten bytes.</summary>
    public void Number(long value) => Number((ulong)value);

    public void Fixed(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(sizeof(ulong)), value);
        output.Advance(sizeof(ulong));
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number((ulong)value.Length);
        output.Write(value);
    }

    public void Range(KeyRange range)
    {
        Bytes(range.Start);
        Flag(range.End is not null);
        if (range.End is { } end)
        {
            Bytes(end);
        }
    }
}
