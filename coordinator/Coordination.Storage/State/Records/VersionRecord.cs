using System.Buffers.Binary;
using Coordination.StateMachine;

namespace Coordination.Storage;

/// <summary>
/// The bytes of one change of a key (docs/disk-format.md). Keys are big-endian, so that RocksDB's order is the order of revisions; values
/// are little-endian. Decoding accepts only what encoding can produce, else it throws <see cref="InvalidDataException"/>.
/// </summary>
internal static class VersionRecord
{
    public const int KeyBytes = 12;
    private const int HeaderBytes = 29;

    public static void EncodeKey(Revision revision, Span<byte> key)
    {
        BinaryPrimitives.WriteInt64BigEndian(key, revision.Main);
        BinaryPrimitives.WriteInt32BigEndian(key[8..], revision.Sub);
    }

    public static Revision DecodeKey(ReadOnlySpan<byte> key)
    {
        RecordFormat.Require(key.Length == KeyBytes, "a revision has another length than 12");
        var revision = new Revision(BinaryPrimitives.ReadInt64BigEndian(key), BinaryPrimitives.ReadInt32BigEndian(key[8..]));
        RecordFormat.Require(revision is { Main: >= 0, Sub: >= 0 }, "a revision is negative");
        return revision;
    }

    public static int SizeOf(in StoredVersion version) => HeaderBytes + version.Key.Length + version.Value.Length;

    public static void Encode(in StoredVersion version, Span<byte> record)
    {
        record[0] = RecordFormat.Version;
        BinaryPrimitives.WriteInt32LittleEndian(record[1..], version.Key.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record[5..], version.CreateRevision);
        BinaryPrimitives.WriteInt64LittleEndian(record[13..], version.Version);
        BinaryPrimitives.WriteInt64LittleEndian(record[21..], version.Lease);
        version.Key.Span.CopyTo(record[HeaderBytes..]);
        version.Value.Span.CopyTo(record[(HeaderBytes + version.Key.Length)..]);
    }

    /// <summary>The change in <paramref name="record"/>, whose memory its key and value share.</summary>
    public static StoredVersion Decode(Revision revision, ReadOnlyMemory<byte> record)
    {
        var bytes = record.Span;
        int valueStart = FindValue(bytes);
        long create = BinaryPrimitives.ReadInt64LittleEndian(bytes[5..]);
        long version = BinaryPrimitives.ReadInt64LittleEndian(bytes[13..]);
        long lease = BinaryPrimitives.ReadInt64LittleEndian(bytes[21..]);
        bool isTombstone = version == 0;
        RecordFormat.Require(
            isTombstone ? create == 0 && lease == 0 && valueStart == bytes.Length : version > 0 && create > 0 && create <= revision.Main,
            "its create revision, version and lease do not fit together");
        return new StoredVersion(revision, record[HeaderBytes..valueStart], record[valueStart..], create, version, lease);
    }

    public static byte[] DecodeValue(ReadOnlySpan<byte> record) => record[FindValue(record)..].ToArray();

    private static int FindValue(ReadOnlySpan<byte> record)
    {
        RecordFormat.RequireVersion(record, HeaderBytes);
        int keyBytes = BinaryPrimitives.ReadInt32LittleEndian(record[1..]);
        RecordFormat.Require(keyBytes >= 0 && keyBytes <= record.Length - HeaderBytes, "its key is longer than itself");
        return HeaderBytes + keyBytes;
    }
}
