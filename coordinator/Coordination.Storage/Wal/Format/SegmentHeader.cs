using System.Buffers.Binary;

namespace Coordination.Storage;

/// <summary>The first sector of a segment (docs/disk-format.md).</summary>
/// <param name="ClusterId">The cluster the log belongs to.</param>
/// <param name="NodeId">The node the log belongs to.</param>
/// <param name="Segment">The number of the segment; the first one is 1.</param>
/// <param name="FirstBatch">The number of the segment's first batch.</param>
/// <param name="SegmentBytes">The size of the file.</param>
/// <param name="Previous">The CRC of the last sector of the segment before; 0 in the first.</param>
internal readonly record struct SegmentHeader(
    ulong ClusterId, ulong NodeId, ulong Segment, ulong FirstBatch, long SegmentBytes, uint Previous)
{
    public const uint FormatVersion = 1;

    private const int VersionOffset = Sector.HeaderBytes;
    private const int MagicOffset = 16;
    private const int ClusterOffset = 24;
    private const int NodeOffset = 32;
    private const int SegmentOffset = 40;
    private const int FirstBatchOffset = 48;
    private const int SegmentBytesOffset = 56;

    private static ReadOnlySpan<byte> Magic => "COORDWAL"u8;

    /// <summary>Fills a sector and returns its CRC, the link of the first batch.</summary>
    public uint Encode(Span<byte> sector)
    {
        sector.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(sector[VersionOffset..], FormatVersion);
        Magic.CopyTo(sector[MagicOffset..]);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[ClusterOffset..], ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[NodeOffset..], NodeId);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[SegmentOffset..], Segment);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[FirstBatchOffset..], FirstBatch);
        BinaryPrimitives.WriteInt64LittleEndian(sector[SegmentBytesOffset..], SegmentBytes);
        return Sector.Seal(sector, SectorKind.SegmentHeader, ordinal: 0, Previous);
    }

    /// <summary>Whether the sector is a segment header of any version.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> sector) =>
        Sector.IsIntact(sector)
        && Sector.KindOf(sector) == SectorKind.SegmentHeader
        && Sector.OrdinalOf(sector) == 0
        && sector[MagicOffset..].StartsWith(Magic);

    public static uint VersionOf(ReadOnlySpan<byte> sector) => BinaryPrimitives.ReadUInt32LittleEndian(sector[VersionOffset..]);

    /// <summary>Reads a sector that <see cref="IsHeader"/> and whose version is <see cref="FormatVersion"/>.</summary>
    public static SegmentHeader Decode(ReadOnlySpan<byte> sector) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(sector[ClusterOffset..]),
        BinaryPrimitives.ReadUInt64LittleEndian(sector[NodeOffset..]),
        BinaryPrimitives.ReadUInt64LittleEndian(sector[SegmentOffset..]),
        BinaryPrimitives.ReadUInt64LittleEndian(sector[FirstBatchOffset..]),
        BinaryPrimitives.ReadInt64LittleEndian(sector[SegmentBytesOffset..]),
        Sector.PreviousOf(sector));
}
