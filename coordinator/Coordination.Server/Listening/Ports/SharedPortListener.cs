using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Coordination.Server;

/// <summary>
/// A bound port: accepts connections with the stock socket transport, waits for the first bytes of each, and hands the untouched
/// connection to the listener of its protocol, or to the node's silo. Its accept loop runs from <see cref="Start"/> to
/// <see cref="StopAsync"/>, each connection on its way has a task of its own, and the listeners are Kestrel's. A connection belongs to this
/// port until a listener accepts it.
/// </summary>
internal sealed partial class SharedPortListener : IAsyncDisposable
{
    private readonly IConnectionListener _socket;
    private readonly Func<ConnectionContext, bool>? _tryHandOver;
    private readonly SilentConnections _silent;
    private readonly ListeningMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Dictionary<PortProtocol, Channel<ConnectionContext>> _handover = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private int _disposals;

    private SharedPortListener(
        IConnectionListener socket, Func<ConnectionContext, bool>? tryHandOver, SharedPortLimits limits, TimeProvider time,
        ListeningMetrics metrics, ILogger logger)
    {
        _socket = socket;
        _tryHandOver = tryHandOver;
        _silent = new SilentConnections(limits, time);
        _metrics = metrics;
        _logger = logger;
        foreach (PortProtocol protocol in (ReadOnlySpan<PortProtocol>)[PortProtocol.Http1, PortProtocol.Http2])
        {
            _handover[protocol] = Channel.CreateBounded<ConnectionContext>(limits.HandoverQueueMax);
        }

        _accepting = AcceptAllAsync();
    }

    /// <summary>Where the port is.</summary>
    public EndPoint EndPoint => _socket.EndPoint;

    /// <summary>Whether the port accepts no more connections.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>Starts to accept connections on a bound socket, which belongs to the port from then on.</summary>
    public static SharedPortListener Start(
        IConnectionListener socket, Func<ConnectionContext, bool>? tryHandOver, SharedPortLimits limits, TimeProvider time,
        ListeningMetrics metrics, ILogger logger) =>
        new(socket, tryHandOver, limits, time, metrics, logger);

    /// <summary>The listener of one protocol.</summary>
    public LogicalListener Listen(PortProtocol protocol) => new(this, _handover[protocol].Reader);

    /// <summary>
    /// Accepts nothing more and ends the connections that have not said anything. Those in the queues can still be accepted; after them
    /// the listeners end. May be called by each listener of the port, at any time.
    /// </summary>
    public async Task StopAsync()
    {
        // Each step may be repeated, and completes when what it stops has stopped, whoever asked first.
        await _stopping.CancelAsync();
        await _socket.UnbindAsync();
        await _accepting;
        await _silent.DropAllAsync();
        CompleteQueues(error: null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposals, 1) != 0)
        {
            return;
        }

        await StopAsync();
        foreach (Channel<ConnectionContext> queue in _handover.Values)
        {
            while (queue.Reader.TryRead(out ConnectionContext? connection))
            {
                await connection.DisposeAsync();
            }
        }

        await _socket.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        try
        {
            // The transport answers null once it is unbound, and goes on by itself after a connection that failed.
            while (await _socket.AcceptAsync() is { } connection)
            {
                _metrics.OnAccepted();
                _ = RouteAsync(_silent.Add(connection));
            }
        }
        catch (SocketException exception)
        {
            // The listeners pass it on to Kestrel, which reports that it accepts nothing more.
            CompleteQueues(exception);
        }
    }

    private void CompleteQueues(Exception? error)
    {
        foreach (Channel<ConnectionContext> queue in _handover.Values)
        {
            queue.Writer.TryComplete(error);
        }
    }

    private async Task RouteAsync(SilentConnection silent)
    {
        DropReason? dropped = DropReason.ClientLeft;
        try
        {
            PortProtocol? protocol = await FirstBytes.PeekAsync(silent.Connection.Transport.Input, silent.WaitToken);
            if (!silent.TryEndWait())
            {
                dropped = silent.DropReason;
            }
            else if (protocol is { } spoken)
            {
                _silent.OnWaitEnded(silent);
                dropped = await PassOnAsync(silent.Connection, spoken);
            }
        }
        catch (OperationCanceledException)
        {
            dropped = IsStopping ? DropReason.Stopping : silent.DropReason;
        }
        catch (IOException)
        {
            // The client reset the connection: the usual end of a test whether the port is open.
        }
        finally
        {
            await EndRouteAsync(silent, dropped);
        }
    }

    /// <returns>Null when the connection is somebody else's now.</returns>
    private async ValueTask<DropReason?> PassOnAsync(ConnectionContext connection, PortProtocol spoken)
    {
        if (spoken == PortProtocol.Other && _tryHandOver is { } tryHandOver)
        {
            return tryHandOver(connection) ? null : DropReason.Refused;
        }

        PortProtocol served = spoken == PortProtocol.Other ? PortProtocol.Http1 : spoken;
        await _handover[served].Writer.WriteAsync(connection, _stopping.Token);
        return null;
    }

    private async Task EndRouteAsync(SilentConnection silent, DropReason? dropped)
    {
        if (dropped is { } reason)
        {
            Log.Dropped(_logger, silent.Connection.ConnectionId, reason);
            _metrics.OnDropped(reason);
            if (reason != DropReason.ClientLeft)
            {
                silent.Connection.Abort(new ConnectionAbortedException($"The connection was ended by the port: {reason}."));
            }

            await silent.Connection.DisposeAsync();
        }
        else
        {
            _metrics.OnHandedOver();
        }

        silent.Dispose();
        _silent.Remove(silent);
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 5001, Level = LogLevel.Debug, Message = "Connection {ConnectionId} ended before anybody took it: {Reason}")]
        public static partial void Dropped(ILogger logger, string connectionId, DropReason reason);
    }
}
