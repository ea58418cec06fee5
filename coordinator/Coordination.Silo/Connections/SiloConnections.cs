using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Coordination.Silo;

/// <summary>
/// The connections of other silos that a port of the node accepted. The port outlives the silos that come and go behind it: what it hands
/// over goes to the silo that listens at the moment. Thread-safe; the port calls <see cref="TryHandOver"/>, silos bind.
/// </summary>
public sealed class SiloConnections : IConnectionListenerFactory
{
    private HandedOverListener? _listener;

    /// <summary>
    /// Hands an untouched connection to the silo, which owns it from then on.
    /// </summary>
    /// <returns>
    /// False when no silo listens, or it does not keep up: the connection is still the caller's, who should end it at once. The other
    /// silo comes again.
    /// </returns>
    public bool TryHandOver(ConnectionContext connection) => Volatile.Read(ref _listener)?.TryAdd(connection) ?? false;

    /// <inheritdoc/>
    /// <remarks>The end point is only told back: the port is bound elsewhere. The listener before gets nothing more.</remarks>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = new HandedOverListener(endpoint);
        Interlocked.Exchange(ref _listener, listener)?.Close();
        return ValueTask.FromResult<IConnectionListener>(listener);
    }
}
