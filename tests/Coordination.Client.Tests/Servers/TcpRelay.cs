using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Coordination.Client.Tests;

/// <summary>A way to a server that can be cut: open connections break, and no more come about until it is mended.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly Uri _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _pumps = [];
    private Task _accepting = Task.CompletedTask;
    private volatile bool _isCut;

    private TcpRelay(Uri server) => _server = server;

    /// <summary>Where clients find the server through this.</summary>
    public string Url => $"http://{_listener.LocalEndpoint}";

    public static TcpRelay Start(string url)
    {
        var relay = new TcpRelay(new Uri(url));
        relay._listener.Start();
        relay._accepting = relay.Accept();
        return relay;
    }

    public void Cut()
    {
        _isCut = true;
        foreach (var socket in _open.Keys)
        {
            socket.Close(timeout: 0);
        }
    }

    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Cut();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_pumps);
        _stop.Dispose();
    }

    private async Task Accept()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                (_open[client], _open[server]) = (true, true);
                if (_isCut)
                {
                    client.Close(timeout: 0);
                    continue;
                }

                await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
                _pumps.Add(Pump(client, server));
                _pumps.Add(Pump(server, client));
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The relay ends, or the connection did before it began.
            }
        }
    }

    private async Task Pump(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
                }
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // As it is meant to.
        }

        from.Close(timeout: 0);
        to.Close(timeout: 0);
    }
}
