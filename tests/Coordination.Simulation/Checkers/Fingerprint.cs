using System.Buffers.Binary;
using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// Numbers that stand for whole logs: an entry's fingerprint is mixed into that of everything before it, so that two equal numbers mean
/// two equal prefixes, and comparing logs costs one comparison.
/// </summary>
internal static class Fingerprint
{
    /// <summary>The fingerprint of the empty log.</summary>
    public const ulong Empty = 0x243F6A8885A308D3;

    /// <summary>The fingerprint of a log that ends with <paramref name="entry"/> after <paramref name="previous"/>.</summary>
    public static ulong Extend(ulong previous, Entry entry)
    {
        ulong hash = Mix(previous ^ entry.Index.Value);
        hash = Mix(hash ^ entry.Term.Value ^ ((ulong)entry.Kind << 56));
        return Mix(hash ^ OfBytes(entry.Data.Span));
    }

    /// <summary>The fingerprint of some bytes.</summary>
    public static ulong OfBytes(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * 0x100000001B3;
        }

        return hash;
    }

    /// <summary>Spreads every bit of a number over all bits (the finalizer of MurmurHash3, a bijection).</summary>
    public static ulong Mix(ulong value)
    {
        value ^= value >> 33;
        value *= 0xFF51AFD7ED558CCD;
        value ^= value >> 33;
        value *= 0xC4CEB9FE1A85EC53;
        return value ^ (value >> 33);
    }
}
