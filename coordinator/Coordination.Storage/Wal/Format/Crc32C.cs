using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Coordination.Storage;

/// <summary>
/// CRC-32C (Castagnoli; RFC 3720, appendix B.4) with the usual inversion at both ends. It finds every single flipped bit, and every burst
/// of up to 32 bits. Uses the processor's instruction where there is one.
/// </summary>
internal static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> source) => Append(0, source);

    /// <summary>Continues <paramref name="crc"/>, the value of the bytes before, over <paramref name="source"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> source)
    {
        uint state = ~crc;
        var words = MemoryMarshal.Cast<byte, ulong>(source);
        foreach (ulong word in words)
        {
            state = BitOperations.Crc32C(state, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (byte value in source[(words.Length * sizeof(ulong))..])
        {
            state = BitOperations.Crc32C(state, value);
        }

        return ~state;
    }
}
