using System.Buffers.Binary;
using Coordination.StateMachine;

namespace Coordination.Storage;

/// <summary>The bytes of a lease (docs/disk-format.md). Version 1 knew nothing of partitions and is still read.</summary>
internal static class LeaseRecord
{
    public const int KeyBytes = 8;
    private const byte OldVersion = 1;
    private const byte Version = 2;
    private const int OldBytes = 17;
    private const int HeaderBytes = 28;
    private const int PartitionBytes = 4;

    public static void EncodeKey(long id, Span<byte> key) => BinaryPrimitives.WriteInt64BigEndian(key, id);

    public static int SizeOf(in StoredLease lease) => HeaderBytes + (lease.Partitions.Ids.Length * PartitionBytes);

    public static void Encode(in StoredLease lease, Span<byte> record)
    {
        record[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(record[1..], lease.TtlSeconds);
        BinaryPrimitives.WriteInt64LittleEndian(record[9..], lease.RemainingSeconds);
        BinaryPrimitives.WriteUInt64LittleEndian(record[17..], lease.Incarnation);
        record[25] = lease.IsShadow ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(record[26..], checked((ushort)lease.Partitions.Ids.Length));
        var rest = record[HeaderBytes..];
        foreach (uint partition in lease.Partitions.Ids)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, partition);
            rest = rest[PartitionBytes..];
        }
    }

    public static StoredLease Decode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> record)
    {
        RecordFormat.Require(key.Length == KeyBytes, "its lease id has another length than 8");
        RecordFormat.Require(
            !record.IsEmpty && record[0] is OldVersion or Version, "it has a format that this program does not know");
        bool isOld = record[0] == OldVersion;
        RecordFormat.Require(record.Length >= (isOld ? OldBytes : HeaderBytes), "it is too short");
        RecordFormat.Require(!isOld || record.Length == OldBytes, "it is too long");
        var lease = new StoredLease(
            BinaryPrimitives.ReadInt64BigEndian(key),
            BinaryPrimitives.ReadInt64LittleEndian(record[1..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[9..]));
        return isOld ? lease : DecodePartitions(lease, record);
    }

    private static StoredLease DecodePartitions(in StoredLease lease, ReadOnlySpan<byte> record)
    {
        RecordFormat.Require(record[25] <= 1, "it has a flag that is neither 0 nor 1");
        uint[] partitions = new uint[BinaryPrimitives.ReadUInt16LittleEndian(record[26..])];
        RecordFormat.Require(
            record.Length == HeaderBytes + (partitions.Length * PartitionBytes), "it has another length than its partitions need");
        for (int i = 0; i < partitions.Length; i++)
        {
            partitions[i] = BinaryPrimitives.ReadUInt32LittleEndian(record[(HeaderBytes + (i * PartitionBytes))..]);
            RecordFormat.Require(i == 0 || partitions[i - 1] < partitions[i], "its partitions are not sorted");
        }

        return lease with
        {
            Incarnation = BinaryPrimitives.ReadUInt64LittleEndian(record[17..]),
            IsShadow = record[25] == 1,
            Partitions = PartitionSet.Of(partitions),
        };
    }
}
