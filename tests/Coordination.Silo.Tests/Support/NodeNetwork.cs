using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Coordination.Silo.Tests;

/// <summary>
/// The network of one node: a loopback port that hands over what it accepts, as the node's peer port does, and the connections in both
/// directions, which can all break or fall silent.
/// </summary>
internal sealed class NodeNetwork : IAsyncDisposable
{
    private readonly IConnectionListener _socket;
    private readonly ConcurrentDictionary<ConnectionContext, StallableTransport> _links = [];
    private readonly Task _accepting;
    private volatile bool _isDown;
    private volatile bool _isSilent;

    private NodeNetwork(IConnectionListener socket)
    {
        _socket = socket;
        EndPoint = (IPEndPoint)socket.EndPoint;
        _accepting = AcceptAllAsync();
    }

    public IPEndPoint EndPoint { get; }

    public SiloConnections Connections { get; } = new();

    public static async Task<NodeNetwork> OpenAsync()
    {
        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        return new NodeNetwork(await sockets.BindAsync(new IPEndPoint(IPAddress.Loopback, 0)));
    }

    /// <summary>As when the process is killed: connections are reset, and new ones refused.</summary>
    public async Task BreakAsync()
    {
        _isDown = true;
        await _socket.UnbindAsync();
        foreach (ConnectionContext link in _links.Keys)
        {
            link.Abort(new ConnectionAbortedException("The network of the node broke."));
        }
    }

    /// <summary>As when the process is stopped by a signal: connections stay, can even be opened, and say nothing.</summary>
    public void FallSilent()
    {
        _isSilent = true;
        foreach (StallableTransport transport in _links.Values)
        {
            transport.Stall();
        }
    }

    /// <summary>Runs a connection that the node's silo opened.</summary>
    public async Task RunOutboundAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        Add(connection);
        if (_isDown)
        {
            connection.Abort(new ConnectionAbortedException("The network of the node is broken."));
        }

        await next(connection);
    }

    public async ValueTask DisposeAsync()
    {
        await BreakAsync();
        await _accepting;
        await _socket.DisposeAsync();
    }

    private async Task AcceptAllAsync()
    {
        while (await _socket.AcceptAsync() is { } connection)
        {
            Add(connection);
            if (!_isSilent && (_isDown || !Connections.TryHandOver(connection)))
            {
                connection.Abort(new ConnectionAbortedException("No silo listens."));
                await connection.DisposeAsync();
            }
        }
    }

    private void Add(ConnectionContext connection)
    {
        var transport = new StallableTransport(connection.Transport);
        connection.Transport = transport;
        _links[connection] = transport;
        connection.ConnectionClosed.Register(() => _links.TryRemove(connection, out _));
        if (_isSilent)
        {
            transport.Stall();
        }
    }
}
