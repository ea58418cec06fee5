using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Coordination.Server.Tests;

namespace Coordination.Benchmarks;

/// <summary>
/// A client that costs next to nothing: it writes requests as Go's would encode them, with the fields of the first one in the table and
/// indexes from then on, and only counts what comes back.
/// </summary>
internal sealed class EchoClient : IDisposable
{
    private const int Newest = 62;
    private const int FrameHeaderLength = 9;
    private const int BodyLength = 256;
    private const int ConnectionWindow = 1 << 30;

    private readonly Socket _socket;
    private readonly byte[] _received = new byte[64 * 1024];
    private int _buffered;
    private int _nextStreamId = 3;

    private EchoClient(Socket socket) => _socket = socket;

    public static async Task<EchoClient> ConnectAsync(EndPoint endPoint)
    {
        var client = new EchoClient(new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        await client._socket.ConnectAsync(endPoint);
        byte[] opening =
            [.. Frame.Preface, .. Frame.Settings().ToBytes(), .. Frame.WindowUpdate(0, ConnectionWindow).ToBytes(), .. FirstRequest()];
        await client._socket.SendAsync(opening);
        await client.CountAsync(1);
        return client;
    }

    /// <summary>The request that fills the table.</summary>
    public static byte[] FirstRequest()
    {
        byte[] block = new HpackEncoder()
            .Index(3).Index(6)
            .Field(Literal.Indexed, 4, "/etcdserverpb.KV/Put")
            .Field(Literal.Indexed, 1, "127.0.0.1:2379")
            .Field(Literal.Indexed, 31, "application/grpc")
            .Field(Literal.Indexed, 58, "grpc-go/1.60.1")
            .Field(Literal.Indexed, "te", "trailers")
            .Block;
        return [.. Frame.Headers(1, block, Frame.EndHeaders).ToBytes(), .. Frame.Data(1, new byte[BodyLength]).ToBytes()];
    }

    /// <summary>A request whose fields are all in the table.</summary>
    public static byte[] Request(int streamId)
    {
        byte[] block = new HpackEncoder()
            .Index(3).Index(6).Index(Newest + 4).Index(Newest + 3).Index(Newest + 2).Index(Newest + 1).Index(Newest).Block;
        return [.. Frame.Headers(streamId, block, Frame.EndHeaders).ToBytes(), .. Frame.Data(streamId, new byte[BodyLength]).ToBytes()];
    }

    /// <summary>Sends requests, a window of them at a time, and waits for all answers.</summary>
    public async Task SendAsync(int requests, int window)
    {
        for (int sent = 0; sent < requests; sent += window)
        {
            byte[] batch = [.. Enumerable.Range(0, window).SelectMany(i => Request(_nextStreamId + (2 * i)))];
            _nextStreamId += 2 * window;
            await _socket.SendAsync(batch);
            await CountAsync(window);
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task CountAsync(int responses)
    {
        while (responses > 0)
        {
            int count = await _socket.ReceiveAsync(_received.AsMemory(_buffered));
            if (count == 0)
            {
                throw new InvalidOperationException("The server closed the connection.");
            }

            _buffered += count;
            int start = 0;
            while (_buffered - start >= FrameHeaderLength && TryReadFrame(start, out int next, out bool isEnd))
            {
                start = next;
                responses -= isEnd ? 1 : 0;
            }

            _received.AsSpan(start, _buffered - start).CopyTo(_received);
            _buffered -= start;
        }
    }

    private bool TryReadFrame(int start, out int next, out bool isEnd)
    {
        ReadOnlySpan<byte> header = _received.AsSpan(start);
        next = start + FrameHeaderLength + (BinaryPrimitives.ReadInt32BigEndian(header) >>> 8);
        isEnd = header[3] is Frame.DataType or Frame.HeadersType && (header[4] & Frame.EndStream) != 0;
        return header[3] is not (Frame.ResetType or Frame.GoAwayType)
            ? next <= _buffered
            : throw new InvalidOperationException("The server refused a request.");
    }
}
