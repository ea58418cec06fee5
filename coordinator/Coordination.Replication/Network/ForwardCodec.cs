using System.Buffers.Binary;
using Coordination.Transport;

namespace Coordination.Replication;

/// <summary>The bytes of what members hand to each other; part of the peer protocol.</summary>
internal static class ForwardCodec
{
    /// <summary>The payload is a command to be proposed.</summary>
    public const byte Command = 1;

    /// <summary>The receiver does not know the kind of request.</summary>
    public const uint UnknownKind = 1;

    private const int AnswerBytes = 1 + (2 * sizeof(ulong));

    public static byte[] Encode(ForwardPosition answer)
    {
        byte[] bytes = new byte[AnswerBytes];
        bytes[0] = (byte)answer.End;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1), answer.Index);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1 + sizeof(ulong)), answer.Term);
        return bytes;
    }

    /// <summary>What an answer says; unknown when it makes no sense.</summary>
    public static ForwardPosition Decode(ForwardResult result)
    {
        if (result.Outcome == ForwardOutcome.NotSent)
        {
            return default;
        }

        var payload = result.Answer.Payload.Span;
        if (result.Outcome != ForwardOutcome.Answered || result.Answer.Failure != 0 || payload.Length != AnswerBytes)
        {
            return new ForwardPosition(ForwardEnd.Unknown, 0, 0);
        }

        var end = (ForwardEnd)payload[0];
        return Enum.IsDefined(end)
            ? new ForwardPosition(
                end, BinaryPrimitives.ReadUInt64LittleEndian(payload[1..]),
                BinaryPrimitives.ReadUInt64LittleEndian(payload[(1 + sizeof(ulong))..]))
            : new ForwardPosition(ForwardEnd.Unknown, 0, 0);
    }
}
