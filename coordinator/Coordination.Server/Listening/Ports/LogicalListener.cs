using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Coordination.Server;

/// <summary>Gives Kestrel the connections of one protocol of a shared port. Stopping one protocol of a port stops the port.</summary>
internal sealed class LogicalListener(SharedPortListener port, ChannelReader<ConnectionContext> accepted) : IConnectionListener
{
    /// <inheritdoc/>
    public EndPoint EndPoint => port.EndPoint;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await accepted.WaitToReadAsync(cancellationToken))
        {
            if (accepted.TryRead(out ConnectionContext? connection))
            {
                return connection;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Waits for nothing that a client could hold up, so it takes no notice of the token: Kestrel passes one that is cancelled already
    /// when a host is disposed of without having been stopped.
    /// </remarks>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default) => await port.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await port.DisposeAsync();
}
