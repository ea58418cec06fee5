using System.Buffers.Binary;
using Coordination.StateMachine;

namespace Coordination.Storage;

/// <summary>The bytes of a state's metadata (docs/disk-format.md): one record, replaced by each commit.</summary>
internal static class MetadataRecord
{
    private const int AppliedIndexAt = 1;
    private const int AlarmCountAt = 41;
    private const int AlarmsAt = 43;
    private const int AlarmBytes = 9;
    private const int LengthBytes = 4;

    /// <summary>The key of the only record.</summary>
    public static ReadOnlySpan<byte> Key => "state"u8;

    public static int SizeOf(StoreMetadata metadata) =>
        AlarmsAt + (metadata.Alarms.Count * AlarmBytes) + LengthBytes + metadata.Membership.Length;

    public static void Encode(StoreMetadata metadata, Span<byte> record)
    {
        record[0] = RecordFormat.Version;
        BinaryPrimitives.WriteUInt64LittleEndian(record[AppliedIndexAt..], metadata.AppliedIndex);
        BinaryPrimitives.WriteUInt64LittleEndian(record[9..], metadata.AppliedTerm);
        BinaryPrimitives.WriteInt64LittleEndian(record[17..], metadata.Revision);
        BinaryPrimitives.WriteInt64LittleEndian(record[25..], metadata.CompactRevision);
        BinaryPrimitives.WriteInt64LittleEndian(record[33..], metadata.RemovedRevision);
        BinaryPrimitives.WriteUInt16LittleEndian(record[AlarmCountAt..], checked((ushort)metadata.Alarms.Count));
        var rest = record[AlarmsAt..];
        for (int i = 0; i < metadata.Alarms.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, metadata.Alarms[i].Member);
            rest[8] = (byte)metadata.Alarms[i].Kind;
            rest = rest[AlarmBytes..];
        }

        BinaryPrimitives.WriteInt32LittleEndian(rest, metadata.Membership.Length);
        metadata.Membership.Span.CopyTo(rest[LengthBytes..]);
    }

    public static StoreMetadata Decode(ReadOnlySpan<byte> record)
    {
        RecordFormat.RequireVersion(record, AlarmsAt + LengthBytes);
        int alarmCount = BinaryPrimitives.ReadUInt16LittleEndian(record[AlarmCountAt..]);
        int membershipAt = AlarmsAt + (alarmCount * AlarmBytes) + LengthBytes;
        RecordFormat.Require(record.Length >= membershipAt, "it is too short for its alarms");
        int membershipBytes = BinaryPrimitives.ReadInt32LittleEndian(record[(membershipAt - LengthBytes)..]);
        RecordFormat.Require(record.Length - membershipAt == membershipBytes, "its membership has another length than it says");
        return new StoreMetadata
        {
            AppliedIndex = DecodeAppliedIndex(record),
            AppliedTerm = BinaryPrimitives.ReadUInt64LittleEndian(record[9..]),
            Revision = BinaryPrimitives.ReadInt64LittleEndian(record[17..]),
            CompactRevision = BinaryPrimitives.ReadInt64LittleEndian(record[25..]),
            RemovedRevision = BinaryPrimitives.ReadInt64LittleEndian(record[33..]),
            Alarms = DecodeAlarms(record[AlarmsAt..], alarmCount),
            Membership = record[membershipAt..].ToArray(),
        };
    }

    /// <summary>Only the applied index.</summary>
    public static ulong DecodeAppliedIndex(ReadOnlySpan<byte> record)
    {
        RecordFormat.RequireVersion(record, AlarmsAt + LengthBytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(record[AppliedIndexAt..]);
    }

    private static Alarm[] DecodeAlarms(ReadOnlySpan<byte> bytes, int count)
    {
        var alarms = new Alarm[count];
        for (int i = 0; i < count; i++)
        {
            alarms[i] = new Alarm(BinaryPrimitives.ReadUInt64LittleEndian(bytes), (AlarmKind)bytes[8]);
            RecordFormat.Require(i == 0 || alarms[i - 1] < alarms[i], "its alarms are not sorted");
            bytes = bytes[AlarmBytes..];
        }

        return alarms;
    }
}
