using System.Buffers.Binary;

namespace Coordination.Storage;

/// <summary>
/// The frame that every sector of a segment has (docs/disk-format.md): CRC-32C of the rest, kind and position in its batch, and the CRC of
/// the sector before it. A sector can so be checked on its own, and its place in the chain by its neighbour.
/// </summary>
internal static class Sector
{
    public const int Bytes = 512;
    public const int HeaderBytes = 12;
    public const int BodyBytes = Bytes - HeaderBytes;
    public const uint OrdinalMax = (1 << OrdinalBits) - 1;

    private const int OrdinalBits = 24;
    private const int TagOffset = 4;
    private const int PreviousOffset = 8;

    /// <summary>Writes the frame around a body that is already in place, and returns the CRC: the next sector's link.</summary>
    public static uint Seal(Span<byte> sector, SectorKind kind, uint ordinal, uint previous)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(sector[TagOffset..], ((uint)kind << OrdinalBits) | ordinal);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[PreviousOffset..], previous);
        uint crc = Crc32C.Compute(sector[TagOffset..Bytes]);
        BinaryPrimitives.WriteUInt32LittleEndian(sector, crc);
        return crc;
    }

    /// <summary>Whether the CRC is that of the rest.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> sector) => CrcOf(sector) == Crc32C.Compute(sector[TagOffset..Bytes]);

    /// <summary>Whether nothing was ever written here: a written sector has a kind, and no kind is zero.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> sector) => sector.IndexOfAnyExcept((byte)0) < 0;

    public static uint CrcOf(ReadOnlySpan<byte> sector) => BinaryPrimitives.ReadUInt32LittleEndian(sector);

    public static SectorKind KindOf(ReadOnlySpan<byte> sector) => (SectorKind)(TagOf(sector) >> OrdinalBits);

    public static uint OrdinalOf(ReadOnlySpan<byte> sector) => TagOf(sector) & OrdinalMax;

    public static uint PreviousOf(ReadOnlySpan<byte> sector) => BinaryPrimitives.ReadUInt32LittleEndian(sector[PreviousOffset..]);

    private static uint TagOf(ReadOnlySpan<byte> sector) => BinaryPrimitives.ReadUInt32LittleEndian(sector[TagOffset..]);
}
