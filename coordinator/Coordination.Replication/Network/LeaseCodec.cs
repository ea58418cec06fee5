using System.Buffers.Binary;
using Coordination.Transport;

namespace Coordination.Replication;

/// <summary>The bytes of questions about leases and of their answers; part of the peer protocol.</summary>
internal static class LeaseCodec
{
    private const int AnswerBytes = 1 + (2 * sizeof(long));

    public static byte[] Encode(LeaseQuestion question)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, question.Id);
        return bytes;
    }

    /// <summary>The question that a request is; null when it is another kind of request, or makes no sense.</summary>
    public static LeaseQuestion? Find(ForwardRequest request)
    {
        var kind = (LeaseQuestionKind)request.Kind;
        return Enum.IsDefined(kind) && request.Payload.Length == sizeof(long)
            ? new LeaseQuestion(kind, BinaryPrimitives.ReadInt64LittleEndian(request.Payload.Span))
            : null;
    }

    public static byte[] Encode(LeaseAnswer answer)
    {
        byte[] bytes = new byte[AnswerBytes];
        bytes[0] = answer.IsConfirmed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), answer.GrantedSeconds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1 + sizeof(long)), answer.RemainingSeconds);
        return bytes;
    }

    /// <summary>What an answer says; not confirmed when there is none, or it makes no sense.</summary>
    public static LeaseAnswer Decode(ForwardResult result)
    {
        var payload = result.Answer.Payload.Span;
        bool isConfirmed = result.Outcome == ForwardOutcome.Answered && result.Answer.Failure == 0
            && payload.Length == AnswerBytes && payload[0] == 1;
        return isConfirmed
            ? new LeaseAnswer(
                ReadEnd.Confirmed, BinaryPrimitives.ReadInt64LittleEndian(payload[1..]),
                BinaryPrimitives.ReadInt64LittleEndian(payload[(1 + sizeof(long))..]))
            : new LeaseAnswer(ReadEnd.TimedOut, 0, 0);
    }
}
