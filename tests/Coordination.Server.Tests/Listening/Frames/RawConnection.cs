using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Coordination.Server.Tests;

/// <summary>A TCP connection that sends what a test gives it, each piece in a segment of its own. No wait of it is unbounded.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly CancellationTokenSource _patience;

    private RawConnection(Socket socket, CancellationTokenSource patience)
    {
        _socket = socket;
        _patience = patience;
    }

    public static async Task<RawConnection> ConnectAsync(EndPoint endPoint)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint, patience.Token);
        return new RawConnection(socket, patience);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await _socket.SendAsync(bytes, _patience.Token);

    /// <summary>Reads until the text has come.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        var received = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!received.ToString().Contains(text, StringComparison.Ordinal))
        {
            int count = await _socket.ReceiveAsync(buffer, _patience.Token);
            Assert.NotEqual(0, count);
            received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return received.ToString();
    }

    /// <summary>Reads until the server has closed or reset the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var received = new StringBuilder();
        byte[] buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, _patience.Token) is int count and > 0)
            {
                received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // As good an end as any.
        }

        return received.ToString();
    }

    /// <summary>Makes the disposal reset the connection instead of closing it.</summary>
    public void Reset() => _socket.LingerState = new LingerOption(enable: true, seconds: 0);

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _patience.Dispose();
        return ValueTask.CompletedTask;
    }
}
