using System.Buffers.Binary;
using System.Text;
using Coordination.StateMachine;

namespace Coordination.Storage;

/// <summary>The bytes of the cluster's metadata (docs/disk-format.md): a record for the table's version and one for each row.</summary>
internal static class ClusterMetadataRecord
{
    public const int VersionBytes = 9;
    private const int HeaderBytes = 9;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The key of the table's version.</summary>
    public static ReadOnlySpan<byte> VersionKey => "table"u8;

    /// <summary>What the keys of rows begin with.</summary>
    public static ReadOnlySpan<byte> RowsBegin => "row/"u8;

    /// <summary>The first key after those of rows.</summary>
    public static ReadOnlySpan<byte> RowsEnd => "row0"u8;

    public static void EncodeVersion(long version, Span<byte> record)
    {
        record[0] = RecordFormat.Version;
        BinaryPrimitives.WriteInt64LittleEndian(record[1..], version);
    }

    public static long DecodeVersion(ReadOnlySpan<byte> record)
    {
        RecordFormat.RequireVersion(record, VersionBytes);
        RecordFormat.Require(record.Length == VersionBytes, "it is too long");
        long version = BinaryPrimitives.ReadInt64LittleEndian(record[1..]);
        RecordFormat.Require(version > 0, "its version is not above 0");
        return version;
    }

    public static byte[] EncodeKey(string key) => [.. RowsBegin, .. Strict.GetBytes(key)];

    public static string DecodeKey(ReadOnlySpan<byte> key)
    {
        try
        {
            return Strict.GetString(key[RowsBegin.Length..]);
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException("the key of a row is not UTF-8");
        }
    }

    public static int SizeOf(MetadataRow row) => HeaderBytes + row.Value.Length;

    public static void Encode(MetadataRow row, Span<byte> record)
    {
        record[0] = RecordFormat.Version;
        BinaryPrimitives.WriteInt64LittleEndian(record[1..], row.Version);
        row.Value.Span.CopyTo(record[HeaderBytes..]);
    }

    /// <summary>A row of a table that has this version.</summary>
    public static MetadataRow Decode(ReadOnlySpan<byte> record, long tableVersion)
    {
        RecordFormat.RequireVersion(record, HeaderBytes);
        long version = BinaryPrimitives.ReadInt64LittleEndian(record[1..]);
        RecordFormat.Require(version > 0 && version <= tableVersion, "the version of a row is not one that its table has had");
        return new MetadataRow(record[HeaderBytes..].ToArray(), version);
    }
}
