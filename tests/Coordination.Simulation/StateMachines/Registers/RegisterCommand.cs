using System.Buffers.Binary;

namespace Coordination.Simulation;

/// <summary>A command of the <see cref="RegisterMachine"/>: a write, or a compare-and-set.</summary>
/// <param name="Register">Which register.</param>
/// <param name="IsCompareAndSet">Whether the value only takes effect when the register holds <paramref name="Expected"/>.</param>
/// <param name="Expected">The value that a compare-and-set expects.</param>
/// <param name="Value">The new value; no two commands of a run have the same.</param>
/// <param name="Padding">Bytes without a meaning, so that entries differ in size.</param>
internal readonly record struct RegisterCommand(int Register, bool IsCompareAndSet, ulong Expected, ulong Value, int Padding)
{
    private const int FixedBytes = 18;

    /// <summary>The command as bytes.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[FixedBytes + Padding];
        bytes[0] = IsCompareAndSet ? (byte)1 : (byte)0;
        bytes[1] = (byte)Register;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(2), Expected);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(10), Value);
        return bytes;
    }

    /// <summary>Reads a command.</summary>
    public static RegisterCommand Decode(ReadOnlySpan<byte> bytes) =>
        new(
            bytes[1],
            bytes[0] == 1,
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[2..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[10..]),
            bytes.Length - FixedBytes);
}
