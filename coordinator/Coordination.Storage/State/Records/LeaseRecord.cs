using System.Buffers.Binary;
using Coordination.StateMachine;

namespace Coordination.Storage;

/// <summary>The bytes of a lease (docs/disk-format.md).</summary>
internal static class LeaseRecord
{
    public const int KeyBytes = 8;
    public const int ValueBytes = 17;

    public static void EncodeKey(long id, Span<byte> key) => BinaryPrimitives.WriteInt64BigEndian(key, id);

    public static void Encode(in StoredLease lease, Span<byte> record)
    {
        record[0] = RecordFormat.Version;
        BinaryPrimitives.WriteInt64LittleEndian(record[1..], lease.TtlSeconds);
        BinaryPrimitives.WriteInt64LittleEndian(record[9..], lease.RemainingSeconds);
    }

    public static StoredLease Decode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> record)
    {
        RecordFormat.Require(key.Length == KeyBytes, "its lease id has another length than 8");
        RecordFormat.RequireVersion(record, ValueBytes);
        RecordFormat.Require(record.Length == ValueBytes, "it is too long");
        return new StoredLease(
            BinaryPrimitives.ReadInt64BigEndian(key),
            BinaryPrimitives.ReadInt64LittleEndian(record[1..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[9..]));
    }
}
