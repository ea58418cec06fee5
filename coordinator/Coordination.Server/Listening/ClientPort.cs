using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coordination.Server;

/// <summary>
/// Marks connections of the ports for clients. Ports for metrics serve the same application, and whoever may only see the metrics is not to
/// reach the store.
/// </summary>
internal sealed class ClientPort
{
    private static readonly ClientPort Mark = new();

    private ClientPort()
    {
    }

    /// <summary>Whether a request came to a port for clients.</summary>
    public static bool Has(HttpContext http) => http.Features.Get<ClientPort>() is not null;

    /// <summary>Marks the connections of an end point.</summary>
    public static void MarkConnections(ListenOptions listen) => listen.Use(static next => connection =>
    {
        connection.Features.Set(Mark);
        return next(connection);
    });
}
