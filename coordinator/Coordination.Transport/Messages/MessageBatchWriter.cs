using System.Buffers;
using Coordination.Raft;

namespace Coordination.Transport;

/// <summary>
/// Encodes messages of any partitions into one batch. What neighbours have in common is written once: a message says how its partition
/// and term differ from those of the message before, so that a heartbeat takes a few bytes. Reusable, by one thread at a time.
/// </summary>
/// <param name="output">Takes the bytes.</param>
public sealed class MessageBatchWriter(IBufferWriter<byte> output)
{
    private ReplicaId _from;
    private ReplicaId _to;
    private PartitionId _partition;
    private Term _term;

    /// <summary>Begins a batch. Whatever was written before belongs to another one.</summary>
    public void Begin()
    {
        _from = default;
        _to = default;
        _partition = default;
        _term = default;
        output.GetSpan(1)[0] = BatchFormat.Version;
        output.Advance(1);
    }

    /// <summary>Adds a message to the batch.</summary>
    public void Write(PartitionId partition, Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var fields = new FieldWriter(output.GetSpan(BatchFormat.FieldBytesMax));
        WriteHead(ref fields, partition, message);
        switch (message)
        {
            case AppendRequest append:
                WriteAppend(ref fields, append);
                output.Advance(fields.Written);
                WriteEntries(append);
                break;
            case InstallSnapshot install:
                WritePosition(ref fields, install.Snapshot.Index, install.Snapshot.Term, install.Term);
                output.Advance(fields.Written);
                WriteMembership(install.Snapshot.Membership);
                break;
            default:
                WriteFields(ref fields, message);
                output.Advance(fields.Written);
                break;
        }
    }

    private void WriteHead(ref FieldWriter fields, PartitionId partition, Message message)
    {
        bool hasReplicas = message.From != _from || message.To != _to;
        fields.Byte((byte)((byte)message.Kind | (hasReplicas ? BatchFormat.HasReplicas : 0)));
        if (hasReplicas)
        {
            fields.Fixed64(message.From.Value);
            fields.Fixed64(message.To.Value);
        }

        fields.Difference(_partition.Value, partition.Value);
        fields.Difference(_term.Value, message.Term.Value);
        _from = message.From;
        _to = message.To;
        _partition = partition;
        _term = message.Term;
    }

    private static void WriteFields(ref FieldWriter fields, Message message)
    {
        switch (message)
        {
            case PreVoteRequest request:
                WritePosition(ref fields, request.LastIndex, request.LastTerm, request.Term);
                break;
            case PreVoteResponse response:
                fields.Difference(response.Term.Value, response.RequestTerm.Value);
                fields.Byte(response.Granted ? (byte)1 : (byte)0);
                break;
            case VoteRequest request:
                WritePosition(ref fields, request.LastIndex, request.LastTerm, request.Term);
                fields.Byte((byte)request.Cause);
                break;
            case VoteResponse response:
                fields.Byte(response.Granted ? (byte)1 : (byte)0);
                break;
            case AppendAccepted accepted:
                fields.Varint(accepted.MatchIndex.Value);
                break;
            case AppendRejected rejected:
                fields.Varint(rejected.PreviousIndex.Value);
                WritePosition(ref fields, rejected.HintIndex, rejected.HintTerm, rejected.Term);
                break;
            case HeartbeatRequest heartbeat:
                fields.Varint(heartbeat.Commit.Value);
                fields.Varint(heartbeat.Round);
                break;
            case HeartbeatResponse heartbeat:
                fields.Varint(heartbeat.Round);
                break;
            case ReadIndexRequest request:
                WriteBatchId(ref fields, request.Batch);
                break;
            case ReadIndexResponse response:
                WriteBatchId(ref fields, response.Batch);
                fields.Varint(response.Index.Value);
                break;
            case Quiesce quiesce:
                WritePosition(ref fields, quiesce.LastIndex, quiesce.LastTerm, quiesce.Term);
                break;
            case TimeoutNow or TermNotice:
                break;
            default:
                Invariant.Fail($"No encoding of a message of kind {message.Kind}.");
                break;
        }
    }

    private static void WriteAppend(ref FieldWriter fields, AppendRequest append)
    {
        WritePosition(ref fields, append.PreviousIndex, append.PreviousTerm, append.Term);
        fields.Difference(append.PreviousIndex.Value, append.Commit.Value);
        fields.Varint((ulong)append.Entries.Length);
    }

    private void WriteEntries(AppendRequest append)
    {
        var index = append.PreviousIndex;
        var term = append.Term;
        foreach (var entry in append.Entries.Span)
        {
            index = index.Next();
            Invariant.Check(entry.Index == index, $"Entry {entry.Index} stands at the place of entry {index} in an append.");
            int room = BatchFormat.EntryFieldBytesMax + entry.Data.Length;
            var fields = new FieldWriter(output.GetSpan(room));
            fields.Byte((byte)entry.Kind);
            fields.Difference(term.Value, entry.Term.Value);
            fields.Varint((ulong)entry.Data.Length);
            fields.Bytes(entry.Data.Span);
            output.Advance(fields.Written);
            term = entry.Term;
        }
    }

    private void WriteMembership(Membership membership)
    {
        int size = MembershipCodec.GetSize(membership);
        output.Advance(MembershipCodec.Encode(membership, output.GetSpan(size)));
    }

    private static void WritePosition(ref FieldWriter fields, LogIndex index, Term term, Term termOfMessage)
    {
        fields.Varint(index.Value);
        fields.Difference(termOfMessage.Value, term.Value);
    }

    private static void WriteBatchId(ref FieldWriter fields, ReadBatchId batch)
    {
        fields.Varint(batch.Incarnation);
        fields.Varint(batch.Sequence);
    }
}
