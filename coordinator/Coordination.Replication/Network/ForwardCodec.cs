using System.Buffers.Binary;
using Coordination.Transport;

namespace Coordination.Replication;

/// <summary>The bytes of commands that members hand to each other, and of the answers; part of the peer protocol.</summary>
internal static class ForwardCodec
{
    /// <summary>The payload is commands to be proposed.</summary>
    public const byte Commands = 1;

    /// <summary>The payload is a call, which those who host the replicas read and answer.</summary>
    public const byte Call = 4;

    /// <summary>The receiver does not know the kind of request, or cannot read it.</summary>
    public const uint NotUnderstood = 1;

    /// <summary>The receiver has begun, and answers no calls yet.</summary>
    public const uint NotReady = 2;

    private const int AnswerBytes = 1 + (2 * sizeof(ulong)) + sizeof(int);

    public static byte[] Encode(IReadOnlyList<ReadOnlyMemory<byte>> commands)
    {
        int length = 0;
        for (int i = 0; i < commands.Count; i++)
        {
            length += sizeof(int) + commands[i].Length;
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>(length);
        var rest = bytes.AsSpan();
        for (int i = 0; i < commands.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, commands[i].Length);
            commands[i].Span.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + commands[i].Length)..];
        }

        return bytes;
    }

    /// <summary>The commands of a payload, in its own bytes; null when it makes no sense.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>>? DecodeCommands(ReadOnlyMemory<byte> payload)
    {
        List<ReadOnlyMemory<byte>> commands = [];
        while (payload.Length >= sizeof(int))
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(payload.Span);
            payload = payload[sizeof(int)..];
            if (length < 0 || length > payload.Length)
            {
                return null;
            }

            commands.Add(payload[..length]);
            payload = payload[length..];
        }

        return payload.IsEmpty && commands.Count > 0 ? commands : null;
    }

    public static byte[] Encode(ForwardPosition answer)
    {
        byte[] bytes = new byte[AnswerBytes];
        bytes[0] = (byte)answer.End;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1), answer.Index);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1 + sizeof(ulong)), answer.Term);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1 + (2 * sizeof(ulong))), answer.Count);
        return bytes;
    }

    /// <summary>What an answer says; unknown when it makes no sense.</summary>
    /// <param name="result">What came.</param>
    /// <param name="sent">How many commands were handed over.</param>
    public static ForwardPosition DecodeAnswer(ForwardResult result, int sent)
    {
        if (result.Outcome == ForwardOutcome.NotSent)
        {
            return default;
        }

        var payload = result.Answer.Payload.Span;
        if (result.Outcome != ForwardOutcome.Answered || result.Answer.Failure != 0 || payload.Length != AnswerBytes)
        {
            return new ForwardPosition(ForwardEnd.Unknown);
        }

        var answer = new ForwardPosition(
            (ForwardEnd)payload[0], BinaryPrimitives.ReadUInt64LittleEndian(payload[1..]),
            BinaryPrimitives.ReadUInt64LittleEndian(payload[(1 + sizeof(ulong))..]),
            BinaryPrimitives.ReadInt32LittleEndian(payload[(1 + (2 * sizeof(ulong)))..]));
        return Enum.IsDefined(answer.End) && answer.Count >= 0 && answer.Count <= sent ? answer : new ForwardPosition(ForwardEnd.Unknown);
    }
}
