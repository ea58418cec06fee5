using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Coordination.Transport;

/// <summary>
/// CRC-32C (RFC 3720, appendix B.4) of what travels. TCP's own sum has 16 bits and misses swapped words; the core relies on nothing
/// arriving that was not sent.
/// </summary>
internal static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> source)
    {
        uint crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(source);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (byte rest in source[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        return ~crc;
    }
}
