using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Coordination.Server;

/// <summary>
/// The server with a short way for gRPC calls of one message in and one out: they are carried out right on what Kestrel offers, and
/// everything else takes the way through ASP.NET. The pipeline and its gRPC framework cost two to three times what a put costs in all other
/// places together (docs/benchmarks.md).
/// </summary>
internal sealed class UnaryServer(IServer inner, UnaryCatalog catalog) : IServer
{
    public IFeatureCollection Features => inner.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull =>
        inner.StartAsync(new UnaryApplication<TContext>(application, catalog), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    public void Dispose() => inner.Dispose();
}
