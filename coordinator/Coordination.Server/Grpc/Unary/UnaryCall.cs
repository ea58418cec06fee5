using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Coordination.Server;

/// <summary>
/// gRPC over HTTP/2 as far as a call of one message each way needs it (the project's document PROTOCOL-HTTP2): a message is a byte that
/// says whether it is compressed, four of length, and the bytes; the end is a status in the trailers.
/// </summary>
internal static class UnaryCall
{
    private const int PrefixBytes = 5;
    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";

    private static readonly StringValues ContentType = "application/grpc";
    private static readonly StringValues Succeeded = "0";

    /// <summary>Reads the one message of a request.</summary>
    /// <exception cref="RpcException">It is not exactly one, too large, compressed, or no message of the type.</exception>
    public static async ValueTask<T> ReadAsync<T>(PipeReader body, MessageParser<T> parser, int bytesMax)
        where T : class, IMessage<T>, IBufferMessage
    {
        while (true)
        {
            var read = await body.ReadAsync().ConfigureAwait(false);
            var buffer = read.Buffer;
            int length = buffer.Length >= PrefixBytes ? ReadPrefix(buffer, bytesMax) : int.MaxValue;
            if (buffer.Length - PrefixBytes > length)
            {
                throw new RpcException(new Status(StatusCode.Internal, "grpc: the request has more than one message"));
            }

            if (read.IsCompleted)
            {
                if (buffer.Length - PrefixBytes < length)
                {
                    throw new RpcException(new Status(StatusCode.Internal, "grpc: the request ends before its message does"));
                }

                var message = Parse(parser, buffer.Slice(PrefixBytes, length));
                body.AdvanceTo(buffer.End);
                return message;
            }

            // Waits for the end of the request too: a response that overtakes it would reset the stream.
            body.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>Answers with a message. It leaves with the end of the request.</summary>
    public static void Write<T>(IFeatureCollection features, T message)
        where T : class, IMessage<T>, IBufferMessage
    {
        features.GetRequiredFeature<IHttpResponseFeature>().Headers.ContentType = ContentType;
        features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers[StatusHeader] = Succeeded;
        var body = features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        int length = message.CalculateSize();
        var prefix = body.GetSpan(PrefixBytes);
        prefix[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], length);
        body.Advance(PrefixBytes);
        message.WriteTo(body);
    }

    /// <summary>Answers with a status alone.</summary>
    public static void Refuse(IFeatureCollection features, Status status)
    {
        var headers = features.GetRequiredFeature<IHttpResponseFeature>().Headers;
        headers.ContentType = ContentType;
        headers[StatusHeader] = ((int)status.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        headers[MessageHeader] = Escape(status.Detail);
    }

    /// <summary>Bytes outside of printable ASCII, and the percent sign, as hexadecimal digits after one.</summary>
    internal static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var escaped = new StringBuilder();
        foreach (byte octet in Encoding.UTF8.GetBytes(text))
        {
            if (octet is < (byte)' ' or > (byte)'~' or (byte)'%')
            {
                escaped.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                escaped.Append((char)octet);
            }
        }

        return escaped.ToString();
    }

    private static int ReadPrefix(in ReadOnlySequence<byte> buffer, int bytesMax)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        if (prefix[0] != 0)
        {
            throw new RpcException(new Status(
                StatusCode.Internal, "grpc: compressed flag set with identity or empty encoding"));
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        return length <= (uint)bytesMax
            ? (int)length
            : throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"grpc: received message larger than max ({length} vs. {bytesMax})"));
    }

    private static T Parse<T>(MessageParser<T> parser, in ReadOnlySequence<byte> bytes)
        where T : class, IMessage<T>, IBufferMessage
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException damage)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"grpc: error unmarshalling request: {damage.Message}"));
        }
    }
}
