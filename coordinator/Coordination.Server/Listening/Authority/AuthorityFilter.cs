using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Coordination.Server;

/// <summary>
/// Lets Kestrel serve the clients whose <c>:authority</c> is no valid host. Go programs built with the etcd clients 3.5.0 to 3.5.9 send
/// <c>#initially=[http://10.0.0.1:2379;...]</c> with every call, those of the 3.4 line put a scheme in front on
/// <c>Maintenance/Status</c>; etcd ignores the value, Kestrel resets such streams and has no setting for it.
/// </summary>
/// <remarks>
/// The filter stays on every connection for its whole life. A client of etcd has one authority for all calls of a connection, but a
/// proxy in between puts the calls of many clients on one connection, so that a clean call says nothing about the next one.
/// </remarks>
internal static class AuthorityFilter
{
    /// <summary>Puts the filter in front of Kestrel's HTTP/2; after TLS where there is any.</summary>
    public static void UseAuthorityFilter(this IConnectionBuilder builder) => builder.Use(next => async connection =>
    {
        IDuplexPipe transport = connection.Transport;
        connection.Transport = new FilteredTransport(new AuthorityFilterReader(transport.Input), transport.Output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    });

    private sealed record FilteredTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
