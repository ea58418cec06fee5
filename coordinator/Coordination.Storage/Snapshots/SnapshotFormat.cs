using System.Buffers.Binary;
using System.Globalization;
using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// The bytes around a snapshot's content (docs/disk-format.md): a header, then the content in chunks of <see cref="ChunkBytes"/>, then a
/// footer. Each chunk has a CRC that continues the one before, so that chunks cannot be lost, repeated or exchanged.
/// </summary>
internal static class SnapshotFormat
{
    public const string Extension = ".snap";
    public const string TemporaryExtension = ".snap.tmp";
    public const int ChunkBytes = 64 * 1024;
    public const int ChunkHeaderBytes = 8;
    public const int FooterBytes = 16;
    public const int FixedHeaderBytes = 44;
    public const uint FormatVersion = 1;

    private const int HeaderBytesMax = 1 << 20;
    private const int VersionOffset = 8;
    private const int HeaderBytesOffset = 12;
    private const int ClusterOffset = 16;
    private const int PartitionOffset = 24;
    private const int IndexOffset = 28;
    private const int TermOffset = 36;

    private static ReadOnlySpan<byte> Magic => "COORDSNP"u8;

    public static string NameOf(PartitionId partition, SnapshotMetadata metadata) => string.Create(
        CultureInfo.InvariantCulture, $"{partition.Value:x8}-{metadata.Index.Value:x16}-{metadata.Term.Value:x16}{Extension}");

    /// <summary>The size of a file with that much content behind a header of <paramref name="headerBytes"/>.</summary>
    public static long FileBytesOf(int headerBytes, long contentBytes) =>
        headerBytes + contentBytes + ((contentBytes + ChunkBytes - 1) / ChunkBytes * ChunkHeaderBytes) + FooterBytes;

    /// <summary>The header's bytes; the last four are its CRC, from which the first chunk's CRC continues.</summary>
    public static byte[] EncodeHeader(ulong clusterId, PartitionId partition, SnapshotMetadata metadata)
    {
        var header = new byte[FixedHeaderBytes + MembershipCodec.GetSize(metadata.Membership) + sizeof(uint)];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(VersionOffset), FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(HeaderBytesOffset), header.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(ClusterOffset), clusterId);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(PartitionOffset), partition.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(IndexOffset), metadata.Index.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(TermOffset), metadata.Term.Value);
        MembershipCodec.Encode(metadata.Membership, header.AsSpan(FixedHeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(header.Length - sizeof(uint)), Crc32C.Compute(header.AsSpan()[..^sizeof(uint)]));
        return header;
    }

    /// <summary>Reads and verifies a header.</summary>
    /// <exception cref="SnapshotCorruptException">The header is damaged, or the file has not the size its footer says.</exception>
    public static SnapshotHeader ReadHeader(IFile file, string path)
    {
        var start = new byte[FixedHeaderBytes];
        if (file.Length < FixedHeaderBytes + FooterBytes)
        {
            throw new SnapshotCorruptException(path, file.Length, "The file is too short.");
        }

        file.Read(0, start);
        int headerBytes = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(HeaderBytesOffset));
        if (!start.AsSpan().StartsWith(Magic)
            || headerBytes < FixedHeaderBytes + sizeof(uint)
            || headerBytes > Math.Min(HeaderBytesMax, file.Length - FooterBytes))
        {
            throw new SnapshotCorruptException(path, 0, "This is not the header of a snapshot.");
        }

        var header = new byte[headerBytes];
        file.Read(0, header);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(headerBytes - sizeof(uint)));
        if (crc != Crc32C.Compute(header.AsSpan()[..^sizeof(uint)]))
        {
            throw new SnapshotCorruptException(path, 0, "The checksum of the header is wrong.");
        }

        return DecodeHeader(header, crc, ReadContentBytes(file, path, headerBytes), path);
    }

    /// <summary>The CRC of a chunk or, with the content's size as data and a length of 0, of the footer.</summary>
    public static uint ChunkCrc(uint previous, int length, ReadOnlySpan<byte> data)
    {
        Span<byte> lengthBytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(lengthBytes, length);
        return Crc32C.Append(Crc32C.Append(previous, lengthBytes), data);
    }

    private static SnapshotHeader DecodeHeader(byte[] header, uint crc, long contentBytes, string path)
    {
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(VersionOffset));
        if (version != FormatVersion)
        {
            throw new SnapshotCorruptException(path, VersionOffset, $"The format version {version} is not known to this program.");
        }

        try
        {
            var membership = MembershipCodec.Decode(header.AsSpan()[FixedHeaderBytes..^sizeof(uint)], out _);
            var metadata = new SnapshotMetadata(
                new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(IndexOffset))),
                new Term(BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(TermOffset))),
                membership);
            return new SnapshotHeader(
                BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(ClusterOffset)),
                new PartitionId(BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(PartitionOffset))),
                metadata,
                header.Length,
                crc,
                contentBytes);
        }
        catch (FormatException contradiction)
        {
            throw new SnapshotCorruptException(path, FixedHeaderBytes, contradiction.Message, contradiction);
        }
    }

    private static long ReadContentBytes(IFile file, string path, int headerBytes)
    {
        Span<byte> footer = stackalloc byte[FooterBytes];
        file.Read(file.Length - FooterBytes, footer);
        long contentBytes = BinaryPrimitives.ReadInt64LittleEndian(footer[ChunkHeaderBytes..]);
        if (contentBytes < 0 || contentBytes > file.Length || file.Length != FileBytesOf(headerBytes, contentBytes))
        {
            throw new SnapshotCorruptException(path, file.Length - FooterBytes, $"A file of {file.Length} bytes cannot have this footer.");
        }

        return contentBytes;
    }
}

/// <summary>A verified header, and the content's size as the footer says.</summary>
internal sealed record SnapshotHeader(
    ulong ClusterId, PartitionId Partition, SnapshotMetadata Metadata, int HeaderBytes, uint Crc, long ContentBytes);
