using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Coordination.Server;

/// <summary>
/// Binds the logical end points of shared ports. Kestrel asks for them one after the other when it starts; the first one of a port
/// opens its socket, the others join. A singleton of the host; its listeners belong to Kestrel, which stops and disposes of them.
/// </summary>
[SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Kestrel disposes of its listeners.")]
internal sealed class SharedPortFactory(
    IConnectionListenerFactory sockets, SharedPortLimits limits, TimeProvider time, ListeningMetrics metrics, ILogger<SharedPort> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly Dictionary<SharedPort, SharedPortListener> _listeners = [];

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is LogicalEndPoint;

    /// <inheritdoc/>
    /// <remarks>Kestrel binds its end points one at a time.</remarks>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var logical = (LogicalEndPoint)endpoint;
        if (!_listeners.TryGetValue(logical.Port, out SharedPortListener? listener) || listener.IsStopping)
        {
            IConnectionListener socket = await sockets.BindAsync(logical.Port.Requested, cancellationToken);
            listener = SharedPortListener.Start(socket, logical.Port.TryHandOver, limits, time, metrics, logger);
            logical.Port.OnBound(socket.EndPoint);
            _listeners[logical.Port] = listener;
        }

        return listener.Listen(logical.Protocol);
    }
}
