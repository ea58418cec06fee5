using System.Diagnostics.CodeAnalysis;
using Coordination.Raft;

namespace Coordination.Transport;

/// <summary>
/// Decodes what <see cref="MessageBatchWriter"/> wrote. The data of entries are slices of the bytes: nobody may change those afterwards,
/// and they live as long as any of the entries. Bytes that are no batch are a <see cref="FormatException"/>, whatever they are, and
/// memory is taken only in proportion to their number.
/// </summary>
public struct MessageBatchReader
{
    private FieldReader _fields;
    private ReplicaId _from;
    private ReplicaId _to;
    private PartitionId _partition;
    private Term _term;

    /// <summary>Begins to read a batch.</summary>
    /// <exception cref="FormatException">The bytes are no batch of a known version.</exception>
    public MessageBatchReader(ReadOnlyMemory<byte> bytes)
    {
        _fields = new FieldReader(bytes);
        byte version = _fields.Byte();
        if (version != BatchFormat.Version)
        {
            throw new FormatException($"A batch of messages has version {version}; this member knows {BatchFormat.Version}.");
        }
    }

    /// <summary>Reads the next message; false at the end of the batch.</summary>
    /// <exception cref="FormatException">The bytes are no message. Nothing more can be read.</exception>
    public bool TryRead(out PartitionId partition, [NotNullWhen(true)] out Message? message)
    {
        if (_fields.Remaining == 0)
        {
            partition = default;
            message = null;
            return false;
        }

        var kind = ReadHead();
        partition = _partition;
        message = ReadMessage(kind);
        return true;
    }

    private MessageKind ReadHead()
    {
        byte head = _fields.Byte();
        if ((head & ~(BatchFormat.KindMask | BatchFormat.HasReplicas)) != 0)
        {
            throw new FormatException($"A message begins with {head:x2}, which no version 1 message does.");
        }

        if ((head & BatchFormat.HasReplicas) != 0)
        {
            _from = new ReplicaId(_fields.Fixed64());
            _to = new ReplicaId(_fields.Fixed64());
        }

        ulong partition = _fields.Difference(_partition.Value);
        _partition = partition <= uint.MaxValue
            ? new PartitionId((uint)partition)
            : throw new FormatException($"There is no partition {partition}.");
        _term = new Term(_fields.Difference(_term.Value));
        return (MessageKind)(head & BatchFormat.KindMask);
    }

    private Message ReadMessage(MessageKind kind) => kind switch
    {
        MessageKind.PreVoteRequest => new PreVoteRequest(_from, _to, _term, Index(), NearTerm()),
        MessageKind.PreVoteResponse => new PreVoteResponse(_from, _to, _term, NearTerm(), _fields.Flag()),
        MessageKind.VoteRequest => new VoteRequest(_from, _to, _term, Index(), NearTerm(), Cause()),
        MessageKind.VoteResponse => new VoteResponse(_from, _to, _term, _fields.Flag()),
        MessageKind.AppendRequest => ReadAppend(),
        MessageKind.AppendAccepted => new AppendAccepted(_from, _to, _term, Index()),
        MessageKind.AppendRejected => new AppendRejected(_from, _to, _term, Index(), Index(), NearTerm()),
        MessageKind.HeartbeatRequest => new HeartbeatRequest(_from, _to, _term, Index(), _fields.Varint()),
        MessageKind.HeartbeatResponse => new HeartbeatResponse(_from, _to, _term, _fields.Varint()),
        MessageKind.InstallSnapshot => new InstallSnapshot(_from, _to, _term, new SnapshotMetadata(Index(), NearTerm(), Members())),
        MessageKind.TimeoutNow => new TimeoutNow(_from, _to, _term),
        MessageKind.ReadIndexRequest => new ReadIndexRequest(_from, _to, _term, BatchId()),
        MessageKind.ReadIndexResponse => new ReadIndexResponse(_from, _to, _term, BatchId(), Index()),
        MessageKind.Quiesce => new Quiesce(_from, _to, _term, Index(), NearTerm()),
        MessageKind.TermNotice => new TermNotice(_from, _to, _term),
        _ => throw new FormatException($"There is no message of kind {(byte)kind}."),
    };

    private AppendRequest ReadAppend()
    {
        var previous = Index();
        var previousTerm = NearTerm();
        var commit = new LogIndex(_fields.Difference(previous.Value));
        return new AppendRequest(_from, _to, _term, previous, previousTerm, ReadEntries(previous), commit);
    }

    private Entry[] ReadEntries(LogIndex previous)
    {
        ulong count = _fields.Varint();

        // Before anything is allocated: so many entries must fit in what is left, and their positions in a number.
        if (count > (ulong)(_fields.Remaining / BatchFormat.EntryBytesMin) || previous.Value > ulong.MaxValue - count)
        {
            throw new FormatException($"{count} entries after {previous} are announced, but {_fields.Remaining} bytes follow.");
        }

        var entries = count == 0 ? [] : new Entry[count];
        var term = _term;
        for (int i = 0; i < entries.Length; i++)
        {
            byte kind = _fields.Byte();
            if (kind > (byte)EntryKind.Membership)
            {
                throw new FormatException($"There is no entry of kind {kind}.");
            }

            term = new Term(_fields.Difference(term.Value));
            entries[i] = new Entry(term, previous + (i + 1), (EntryKind)kind, _fields.Slice(_fields.Length()));
        }

        return entries;
    }

    private LogIndex Index() => new(_fields.Varint());

    private Term NearTerm() => new(_fields.Difference(_term.Value));

    private ReadBatchId BatchId() => new(_fields.Varint(), _fields.Varint());

    private CampaignCause Cause()
    {
        byte cause = _fields.Byte();
        return cause <= (byte)CampaignCause.Transfer
            ? (CampaignCause)cause
            : throw new FormatException($"There is no cause {cause} of an election.");
    }

    private Membership Members()
    {
        var membership = MembershipCodec.Decode(_fields.Rest, out int bytesRead);
        _fields.Slice(bytesRead);
        return membership;
    }
}
