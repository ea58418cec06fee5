using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Coordination.Faults.Tests;

/// <summary>
/// Stands before one member's peer port: listens where the others believe it to be, finds out who dialed, and passes bytes as the links
/// between the two allow.
/// </summary>
internal sealed class PeerRelay : IAsyncDisposable
{
    private readonly int _member;
    private readonly IPEndPoint _target;
    private readonly LinkTable _links;
    private readonly Func<int, int?> _dialer;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<RelayedConnection, Task> _connections = new();
    private readonly Task _accepting;

    private PeerRelay(int member, Socket listener, IPEndPoint target, LinkTable links, Func<int, int?> dialer)
    {
        _member = member;
        _target = target;
        _links = links;
        _dialer = dialer;
        _listener = listener;
        _accepting = Accept();
    }

    /// <summary>Opens a relay.</summary>
    /// <param name="member">Whose port it stands before.</param>
    /// <param name="port">Where to listen.</param>
    /// <param name="target">The member's own port.</param>
    /// <param name="links">What may pass.</param>
    /// <param name="dialer">The member that dialed from a port; null when that is none.</param>
    public static PeerRelay Open(int member, int port, int target, LinkTable links, Func<int, int?> dialer)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        return new PeerRelay(member, listener, new IPEndPoint(IPAddress.Loopback, target), links, dialer);
    }

    /// <summary>Ends all connections with another member.</summary>
    public void Reset(int other)
    {
        foreach (var connection in _connections.Keys.Where(connection => connection.Joins(_member, other)))
        {
            connection.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (var (connection, running) in _connections)
        {
            connection.Dispose();
            await running;
        }

        _stop.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var dialed = await _listener.AcceptAsync(_stop.Token);
                await Join(dialed);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task Join(Socket dialed)
    {
        var answered = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            dialed.NoDelay = true;
            if (_dialer(((IPEndPoint)dialed.RemoteEndPoint!).Port) is { } from)
            {
                await answered.ConnectAsync(_target, _stop.Token);
                var connection = new RelayedConnection(from, _member, dialed, answered, _links);
                _connections[connection] = Run(connection);
                return;
            }
        }
        catch (SocketException)
        {
            // The member does not listen: who dials learns that.
        }

        dialed.Dispose();
        answered.Dispose();
    }

    private async Task Run(RelayedConnection connection)
    {
        await Task.Yield();
        await connection.Run();
        connection.Dispose();
        _connections.TryRemove(connection, out _);
    }
}
