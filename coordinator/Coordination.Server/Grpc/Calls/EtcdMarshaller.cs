using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>Messages to and from the bytes of a call. Bytes that are no message are refused as etcd does it.</summary>
internal static class EtcdMarshaller
{
    public static Marshaller<T> Of<T>(MessageParser<T> parser)
        where T : class, IMessage<T>, IBufferMessage =>
        Marshallers.Create(static (message, context) => Serialize(message, context), context => Deserialize(parser, context));

    private static void Serialize<T>(T message, SerializationContext context)
        where T : class, IMessage<T>, IBufferMessage
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static T Deserialize<T>(MessageParser<T> parser, DeserializationContext context)
        where T : class, IMessage<T>, IBufferMessage
    {
        try
        {
            return parser.ParseFrom(context.PayloadAsReadOnlySequence());
        }
        catch (InvalidProtocolBufferException damage)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"grpc: error unmarshalling request: {damage.Message}"));
        }
    }
}
