using System.Net.Sockets;

namespace Coordination.Recipes;

/// <summary>Connects over TCP: passing when that succeeds.</summary>
/// <param name="host">A host name or an address.</param>
/// <param name="port">The port.</param>
public sealed class TcpHealthCheck(string host, int port) : HealthCheck
{
    /// <inheritdoc/>
    public override async Task<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        return new HealthReport(HealthStatus.Passing);
    }
}
