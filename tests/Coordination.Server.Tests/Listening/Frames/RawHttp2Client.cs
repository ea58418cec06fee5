using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Coordination.Server.Tests;

/// <summary>How a stream ended.</summary>
/// <param name="IsOk">Whether the status was 200.</param>
/// <param name="Body">What the server sent.</param>
/// <param name="Error">The error code of the reset or of the end of the connection, or null.</param>
/// <param name="EndsConnection">Whether the connection ended with it.</param>
internal sealed record RawResponse(bool IsOk, string Body, int? Error, bool EndsConnection);

/// <summary>An HTTP/2 client over a real socket that sends exactly the octets that a test gives it. No wait of it is unbounded.</summary>
internal sealed class RawHttp2Client : IAsyncDisposable
{
    private const byte StatusOk = 0x88;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly CancellationTokenSource _patience;

    private RawHttp2Client(Socket socket, CancellationTokenSource patience)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _patience = patience;
    }

    /// <summary>Connects and opens the HTTP/2 connection.</summary>
    public static async Task<RawHttp2Client> OpenAsync(EndPoint endPoint)
    {
        RawHttp2Client client = await ConnectAsync(endPoint);
        await client.SendAsync([.. Frame.Preface, .. Frame.Settings().ToBytes()]);
        return client;
    }

    /// <summary>Connects and says nothing.</summary>
    public static async Task<RawHttp2Client> ConnectAsync(EndPoint endPoint)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint, patience.Token);
        return new RawHttp2Client(socket, patience);
    }

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes, _patience.Token);

    public Task SendAsync(params Frame[] frames) => SendAsync([.. frames.SelectMany(frame => frame.ToBytes())]);

    /// <summary>Sends the bytes in pieces that end at the given positions, each in a write of its own.</summary>
    public async Task SendInPiecesAsync(byte[] bytes, IEnumerable<int> ends)
    {
        int start = 0;
        foreach (int end in ends.Append(bytes.Length))
        {
            await SendAsync(bytes[start..end]);
            start = end;
        }
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public void Shutdown() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until a stream ends. What comes for other streams until then is lost.</summary>
    public async Task<RawResponse> ReadResponseAsync(int streamId) => (await ReadResponsesAsync(streamId))[streamId];

    /// <summary>Reads until all of the streams have ended; answers nothing but settings and pings.</summary>
    public async Task<Dictionary<int, RawResponse>> ReadResponsesAsync(params int[] streamIds)
    {
        var responses = streamIds.ToDictionary(id => id, _ => new RawResponse(false, string.Empty, null, false));
        HashSet<int> open = [.. streamIds];
        while (open.Count > 0)
        {
            Frame? frame = await ReadFrameAsync();
            if (frame is null or { Type: Frame.GoAwayType })
            {
                int? error = frame is null ? null : BinaryPrimitives.ReadInt32BigEndian(frame.Payload.AsSpan(4));
                foreach (int streamId in open)
                {
                    responses[streamId] = responses[streamId] with { Error = error, EndsConnection = true };
                }

                break;
            }

            if (open.Contains(frame.StreamId))
            {
                responses[frame.StreamId] = Add(responses[frame.StreamId], frame);
                if (frame.EndsStream || frame.Type == Frame.ResetType)
                {
                    open.Remove(frame.StreamId);
                }
            }
        }

        return responses;
    }

    private static RawResponse Add(RawResponse response, Frame frame) => frame.Type switch
    {
        Frame.HeadersType => response with { IsOk = response.IsOk || frame.Payload[0] == StatusOk },
        Frame.DataType => response with { Body = response.Body + Encoding.Latin1.GetString(frame.Payload) },
        Frame.ResetType => response with { Error = BinaryPrimitives.ReadInt32BigEndian(frame.Payload) },
        _ => response,
    };

    /// <summary>The next frame, or null when the server has closed the connection.</summary>
    public async Task<Frame?> ReadFrameAsync()
    {
        byte[] header = new byte[9];
        try
        {
            if (await _stream.ReadAtLeastAsync(header, 9, throwOnEndOfStream: false, _patience.Token) < 9)
            {
                return null;
            }

            byte[] payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header) >>> 8];
            await _stream.ReadExactlyAsync(payload, _patience.Token);
            var frame = new Frame(header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
            if (frame is { Type: Frame.SettingsType or Frame.PingType } && (frame.Flags & Frame.Acknowledgement) == 0)
            {
                byte[] answer = frame.Type == Frame.PingType ? frame.Payload : [];
                await SendAsync(new Frame(frame.Type, Frame.Acknowledgement, 0, answer));
            }

            return frame;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
        _patience.Dispose();
    }
}
