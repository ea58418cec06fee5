using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Coordination.Storage;

/// <summary>
/// The bytes of a backup (docs/disk-format.md): a header that names files, their contents one after the other, zeros up to a multiple of
/// <see cref="BlockBytes"/>, and a digest of all that.
/// </summary>
internal static class BackupFormat
{
    public const int BlockBytes = 512;
    public const int DigestBytes = SHA256.HashSizeInBytes;
    public const int FixedHeaderBytes = 44;
    public const uint FormatVersion = 1;

    private const int FilesMax = 100_000;
    private const int HeaderBytesMax = 16 << 20;
    private const int VersionOffset = 8;
    private const int HeaderBytesOffset = 12;
    private const int ClusterOffset = 16;
    private const int MemberOffset = 24;
    private const int RevisionOffset = 32;
    private const int FileCountOffset = 40;

    private static ReadOnlySpan<byte> Magic => "COORDBAK"u8;

    /// <summary>The size of a backup up to its digest.</summary>
    public static long ContentBytesOf(int headerBytes, IReadOnlyList<BackupFile> files)
    {
        long bytes = headerBytes;
        foreach (var file in files)
        {
            bytes = checked(bytes + file.Length);
        }

        return checked(bytes + BlockBytes - 1) / BlockBytes * BlockBytes;
    }

    public static byte[] EncodeHeader(BackupHeader header)
    {
        var names = header.Files.Select(static file => Encoding.UTF8.GetBytes(file.Name)).ToList();
        var encoded = new byte[FixedHeaderBytes + names.Sum(static name => sizeof(ushort) + name.Length + sizeof(long)) + sizeof(uint)];
        Magic.CopyTo(encoded);
        BinaryPrimitives.WriteUInt32LittleEndian(encoded.AsSpan(VersionOffset), FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(encoded.AsSpan(HeaderBytesOffset), encoded.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(encoded.AsSpan(ClusterOffset), header.Origin.ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(encoded.AsSpan(MemberOffset), header.Origin.MemberId);
        BinaryPrimitives.WriteInt64LittleEndian(encoded.AsSpan(RevisionOffset), header.Origin.Revision);
        BinaryPrimitives.WriteInt32LittleEndian(encoded.AsSpan(FileCountOffset), names.Count);
        var rest = encoded.AsSpan(FixedHeaderBytes);
        for (int i = 0; i < names.Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(rest, checked((ushort)names[i].Length));
            names[i].CopyTo(rest[sizeof(ushort)..]);
            rest = rest[(sizeof(ushort) + names[i].Length)..];
            BinaryPrimitives.WriteInt64LittleEndian(rest, header.Files[i].Length);
            rest = rest[sizeof(long)..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(rest, Crc32C.Compute(encoded.AsSpan()[..^sizeof(uint)]));
        return encoded;
    }

    /// <summary>How long the header is that begins with these bytes.</summary>
    /// <exception cref="FormatException">It is none, or of a version that is not known here.</exception>
    public static int ReadHeaderBytes(ReadOnlySpan<byte> fixedHeader)
    {
        if (!fixedHeader.StartsWith(Magic))
        {
            throw new FormatException("it does not begin as a backup of this program does.");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(fixedHeader[VersionOffset..]);
        if (version != FormatVersion)
        {
            throw new FormatException($"it has format version {version}; this program knows version {FormatVersion}.");
        }

        int bytes = BinaryPrimitives.ReadInt32LittleEndian(fixedHeader[HeaderBytesOffset..]);
        return bytes is >= FixedHeaderBytes + sizeof(uint) and <= HeaderBytesMax
            ? bytes
            : throw new FormatException($"its header cannot be {bytes} bytes long.");
    }

    /// <exception cref="FormatException">The header is damaged, or names what is no file of a store.</exception>
    public static BackupHeader DecodeHeader(ReadOnlySpan<byte> encoded)
    {
        var content = encoded[..^sizeof(uint)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(encoded[^sizeof(uint)..]) != Crc32C.Compute(content))
        {
            throw new FormatException("the checksum of its header is wrong.");
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(content[FileCountOffset..]);
        if (count is < 0 or > FilesMax)
        {
            throw new FormatException($"it cannot have {count} files.");
        }

        var files = new BackupFile[count];
        var rest = content[FixedHeaderBytes..];
        for (int i = 0; i < count; i++)
        {
            files[i] = DecodeFile(ref rest);
        }

        if (!rest.IsEmpty)
        {
            throw new FormatException("its header is longer than what it says.");
        }

        return new BackupHeader(
            new BackupOrigin(
                BinaryPrimitives.ReadUInt64LittleEndian(content[ClusterOffset..]),
                BinaryPrimitives.ReadUInt64LittleEndian(content[MemberOffset..]),
                BinaryPrimitives.ReadInt64LittleEndian(content[RevisionOffset..])),
            files);
    }

    private static BackupFile DecodeFile(ref ReadOnlySpan<byte> rest)
    {
        int nameBytes = rest.Length >= sizeof(ushort) ? BinaryPrimitives.ReadUInt16LittleEndian(rest) : int.MaxValue;
        if (rest.Length - sizeof(ushort) - sizeof(long) < nameBytes)
        {
            throw new FormatException("its header is shorter than what it says.");
        }

        string name = Encoding.UTF8.GetString(rest.Slice(sizeof(ushort), nameBytes));
        rest = rest[(sizeof(ushort) + nameBytes)..];
        long length = BinaryPrimitives.ReadInt64LittleEndian(rest);
        rest = rest[sizeof(long)..];

        // A name from outside becomes a path: it must stay within the directory.
        bool isPlain = name is not ("" or "." or "..") && name.AsSpan().IndexOfAny('/', '\\', '\0') < 0;
        return isPlain && length >= 0
            ? new BackupFile(name, length)
            : throw new FormatException($"a file of it cannot be called '{name}' and have {length} bytes.");
    }
}
