using System.Buffers.Binary;
using System.Text;
using Coordination.StateMachine;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// The bytes of calls between members: of a request its kind and then the message; of an answer a status code, and then the message, or the
/// text of the refusal. Part of the peer protocol.
/// </summary>
internal static class PartitionCallCodec
{
    private const int OutcomeBytes = sizeof(int) + sizeof(long);

    public static byte[] Encode(PartitionCallKind kind, IMessage message) => Encode((byte)kind, message);

    public static byte[] Encode(PartitionCallKind kind, ReadOnlySpan<byte> payload) => [(byte)kind, .. payload];

    public static byte[] Answer(IMessage message) => Encode((byte)StatusCode.OK, message);

    public static byte[] Answer(Status refusal) => [(byte)refusal.StatusCode, .. Encoding.UTF8.GetBytes(refusal.Detail)];

    public static byte[] Answer(CommandOutcome outcome)
    {
        byte[] bytes = new byte[1 + OutcomeBytes];
        bytes[0] = (byte)StatusCode.OK;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), (int)outcome.Error);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1 + sizeof(int)), outcome.Revision);
        return bytes;
    }

    public static byte[] Answer(MoveProgress progress)
    {
        byte[] bytes = new byte[2 + sizeof(long) + progress.LastKey.Length];
        bytes[0] = (byte)StatusCode.OK;
        bytes[1] = (byte)progress.Phase;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(2), progress.Chunk);
        progress.LastKey.CopyTo(bytes, 2 + sizeof(long));
        return bytes;
    }

    /// <summary>The message of an answer.</summary>
    /// <exception cref="RpcException">It is a refusal.</exception>
    /// <exception cref="InvalidProtocolBufferException">The message makes no sense.</exception>
    /// <exception cref="FormatException">There is none.</exception>
    public static T Decode<T>(ReadOnlyMemory<byte> answer, MessageParser<T> parser)
        where T : IMessage<T> => parser.ParseFrom(PayloadOf(answer));

    /// <summary>The outcome of a command.</summary>
    /// <exception cref="RpcException">It was not applied, or nobody knows.</exception>
    /// <exception cref="FormatException">The answer makes no sense.</exception>
    public static CommandOutcome DecodeOutcome(ReadOnlyMemory<byte> answer)
    {
        var payload = PayloadOf(answer);
        var error = payload.Length == OutcomeBytes ? (ApplyError)BinaryPrimitives.ReadInt32LittleEndian(payload) : (ApplyError)(-1);
        return Enum.IsDefined(error)
            ? new CommandOutcome(error, BinaryPrimitives.ReadInt64LittleEndian(payload[sizeof(int)..]))
            : throw new FormatException("The answer of a member to a command makes no sense.");
    }

    /// <summary>How far a partition is with taking over its keys.</summary>
    /// <inheritdoc cref="DecodeOutcome" path="/exception"/>
    public static MoveProgress DecodeProgress(ReadOnlyMemory<byte> answer)
    {
        var payload = PayloadOf(answer);
        return payload.Length > sizeof(long) && Enum.IsDefined((PartitionPhase)payload[0])
            ? new MoveProgress(
                (PartitionPhase)payload[0], BinaryPrimitives.ReadInt64LittleEndian(payload[1..]), payload[(1 + sizeof(long))..].ToArray())
            : throw new FormatException("The answer of a member about the keys that a partition takes over makes no sense.");
    }

    private static byte[] Encode(byte first, IMessage message)
    {
        byte[] bytes = new byte[1 + message.CalculateSize()];
        bytes[0] = first;
        message.WriteTo(bytes.AsSpan(1));
        return bytes;
    }

    private static ReadOnlySpan<byte> PayloadOf(ReadOnlyMemory<byte> answer)
    {
        if (answer.IsEmpty)
        {
            throw new FormatException("The answer of a member is empty.");
        }

        var code = (StatusCode)answer.Span[0];
        return code == StatusCode.OK
            ? answer.Span[1..]
            : throw EtcdErrors.Refuse(new Status(code, Encoding.UTF8.GetString(answer.Span[1..])));
    }
}
