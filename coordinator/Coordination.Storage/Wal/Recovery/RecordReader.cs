using System.Buffers.Binary;
using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// Decodes the records of a batch. The bytes have passed their CRC, so a malformed record means a bug or a forgery, never a torn write;
/// all the same nothing is trusted. Its counterpart is <see cref="RecordWriter"/>.
/// </summary>
internal ref struct RecordReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;
    private ReadOnlySpan<byte> _body;

    public PartitionId Partition { get; private set; }

    public RecordKind Kind { get; private set; }

    /// <summary>Goes to the next record; false at the end of the batch.</summary>
    /// <exception cref="FormatException">A record is cut off, or the one before was longer than its kind allows.</exception>
    public bool MoveNext()
    {
        Require(_body.IsEmpty, "A record is longer than its kind allows.");
        if (_rest.IsEmpty)
        {
            return false;
        }

        Require(_rest.Length >= RecordLayout.HeaderBytes, "The header of a record is cut off.");
        int bodyBytes = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        Partition = new PartitionId(BinaryPrimitives.ReadUInt32LittleEndian(_rest[4..]));
        Kind = (RecordKind)_rest[8];
        _rest = _rest[RecordLayout.HeaderBytes..];
        Require(bodyBytes >= 0 && bodyBytes <= _rest.Length, "A record is cut off.");
        _body = _rest[..bodyBytes];
        _rest = _rest[bodyBytes..];
        return true;
    }

    public Entry[] ReadEntries()
    {
        var index = new LogIndex(TakeUInt64());
        int count = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
        Require(count > 0 && count <= _body.Length / RecordLayout.EntryHeaderBytes, "A record says more entries than it can hold.");
        var entries = new Entry[count];
        for (int i = 0; i < count; i++)
        {
            var term = new Term(TakeUInt64());
            var kind = (EntryKind)Take(1)[0];
            Require(kind <= EntryKind.Membership, "An entry has an unknown kind.");
            int dataBytes = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

            // A copy of its own, so that an entry that stays in memory for long does not hold its whole batch there.
            entries[i] = new Entry(term, index, kind, Take(dataBytes).ToArray());
            index = index.Next();
        }

        return entries;
    }

    public HardState ReadHardState() => new(new Term(TakeUInt64()), new ReplicaId(TakeUInt64()), new LogIndex(TakeUInt64()));

    public Term ReadFloor() => new(TakeUInt64());

    public SnapshotMetadata ReadSnapshot()
    {
        var index = new LogIndex(TakeUInt64());
        var term = new Term(TakeUInt64());
        var membership = MembershipCodec.Decode(_body, out int bytesRead);
        _body = _body[bytesRead..];
        return new SnapshotMetadata(index, term, membership);
    }

    public PartitionSummary ReadCheckpoint()
    {
        var state = ReadHardState();
        var lastIndex = new LogIndex(TakeUInt64());
        var lastTerm = new Term(TakeUInt64());
        return new PartitionSummary(state, ReadSnapshot(), lastIndex, lastTerm);
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new FormatException(otherwise);
        }
    }

    private ulong TakeUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    private ReadOnlySpan<byte> Take(int count)
    {
        Require(count >= 0 && count <= _body.Length, "A record is shorter than its kind needs.");
        var taken = _body[..count];
        _body = _body[count..];
        return taken;
    }
}
