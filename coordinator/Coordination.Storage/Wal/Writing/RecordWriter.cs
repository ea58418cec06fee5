using System.Buffers.Binary;
using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// Encodes records into a <see cref="BatchBuffer"/> (docs/disk-format.md). Its counterpart is <see cref="RecordReader"/>.
/// </summary>
internal static class RecordWriter
{
    /// <summary>An upper bound of the payload bytes that a request takes.</summary>
    public static long SizeOf(PersistRequest request)
    {
        long size = RecordLayout.HeaderBytes + RecordLayout.HardStateBytes;
        size += request.Snapshot is { } snapshot ? RecordLayout.HeaderBytes + SizeOf(snapshot) : 0;
        return size + RecordLayout.HeaderBytes + EntriesBodyBytes(request.Entries.Span);
    }

    public static void WriteEntries(BatchBuffer buffer, PartitionId partition, ReadOnlySpan<Entry> entries)
    {
        // The first entry's header goes with the two before it: most requests have one entry.
        Span<byte> header = stackalloc byte[RecordLayout.HeaderBytes + RecordLayout.EntriesHeaderBytes + RecordLayout.EntryHeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, (int)EntriesBodyBytes(entries));
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], partition.Value);
        header[8] = (byte)RecordKind.Entries;
        BinaryPrimitives.WriteUInt64LittleEndian(header[9..], entries[0].Index.Value);
        BinaryPrimitives.WriteInt32LittleEndian(header[17..], entries.Length);
        WriteEntryHeader(header[21..], entries[0]);
        buffer.Write(header);
        buffer.Write(entries[0].Data.Span);
        var next = header[..RecordLayout.EntryHeaderBytes];
        foreach (var entry in entries[1..])
        {
            WriteEntryHeader(next, entry);
            buffer.Write(next);
            buffer.Write(entry.Data.Span);
        }
    }

    public static void WriteHardState(BatchBuffer buffer, PartitionId partition, HardState state)
    {
        buffer.WriteRecordHeader(partition, RecordKind.HardState, RecordLayout.HardStateBytes);
        WriteThree(buffer, state.Term.Value, state.Vote.Value, state.Commit.Value);
    }

    public static void WriteFloor(BatchBuffer buffer, PartitionId partition, Term floor)
    {
        Span<byte> bytes = stackalloc byte[RecordLayout.FloorBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, floor.Value);
        buffer.WriteRecordHeader(partition, RecordKind.Floor, RecordLayout.FloorBytes);
        buffer.Write(bytes);
    }

    /// <summary>Writes a record of a kind whose body is a snapshot's metadata.</summary>
    public static void WriteSnapshot(BatchBuffer buffer, PartitionId partition, RecordKind kind, SnapshotMetadata snapshot)
    {
        buffer.WriteRecordHeader(partition, kind, SizeOf(snapshot));
        WriteMetadata(buffer, snapshot);
    }

    public static void WriteDropped(BatchBuffer buffer, PartitionId partition) =>
        buffer.WriteRecordHeader(partition, RecordKind.PartitionDropped, 0);

    public static void WriteCheckpoint(BatchBuffer buffer, PartitionId partition, in PartitionSummary summary)
    {
        if (summary.HardState.Floor.IsSome)
        {
            WriteFloor(buffer, partition, summary.HardState.Floor);
        }

        buffer.WriteRecordHeader(partition, RecordKind.Checkpoint, RecordLayout.CheckpointHeaderBytes + SizeOf(summary.Base));
        var state = summary.HardState;
        WriteThree(buffer, state.Term.Value, state.Vote.Value, state.Commit.Value);
        WriteTwo(buffer, summary.LastIndex.Value, summary.LastTerm.Value);
        WriteMetadata(buffer, summary.Base);
    }

    private static void WriteEntryHeader(Span<byte> header, Entry entry)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(header, entry.Term.Value);
        header[8] = (byte)entry.Kind;
        BinaryPrimitives.WriteInt32LittleEndian(header[9..], entry.Data.Length);
    }

    private static int SizeOf(SnapshotMetadata snapshot) => RecordLayout.SnapshotHeaderBytes + MembershipCodec.GetSize(snapshot.Membership);

    private static long EntriesBodyBytes(ReadOnlySpan<Entry> entries)
    {
        long size = RecordLayout.EntriesHeaderBytes + ((long)entries.Length * RecordLayout.EntryHeaderBytes);
        foreach (var entry in entries)
        {
            size += entry.Data.Length;
        }

        return size;
    }

    private static void WriteMetadata(BatchBuffer buffer, SnapshotMetadata snapshot)
    {
        WriteTwo(buffer, snapshot.Index.Value, snapshot.Term.Value);
        var membership = new byte[MembershipCodec.GetSize(snapshot.Membership)];
        MembershipCodec.Encode(snapshot.Membership, membership);
        buffer.Write(membership);
    }

    private static void WriteTwo(BatchBuffer buffer, ulong first, ulong second)
    {
        Span<byte> bytes = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, first);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], second);
        buffer.Write(bytes);
    }

    private static void WriteThree(BatchBuffer buffer, ulong first, ulong second, ulong third)
    {
        Span<byte> bytes = stackalloc byte[3 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, first);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], second);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], third);
        buffer.Write(bytes);
    }
}
