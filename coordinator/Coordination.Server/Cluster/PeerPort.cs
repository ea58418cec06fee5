using Coordination.Transport;

namespace Coordination.Server;

/// <summary>
/// The ports for other members: their streams and watches, and for whoever looks which member this is, <c>/version</c> and <c>/members</c>.
/// Open before the store is.
/// </summary>
internal sealed class PeerPort : IAsyncDisposable
{
    private readonly WebApplication _application;

    private PeerPort(WebApplication application) => _application = application;

    /// <summary>Opens the ports.</summary>
    /// <exception cref="NodeStartException">One cannot be opened.</exception>
    public static async Task<PeerPort> OpenAsync(
        IReadOnlyList<SharedPort> ports, PeerWatches watches, ClusterMembers members, ILoggerFactory loggers)
    {
        WebApplication application = Build(ports, watches, members, loggers);
        try
        {
            await application.StartAsync();
            return new PeerPort(application);
        }
        catch (IOException exception)
        {
            await application.DisposeAsync();
            throw new NodeStartException(
                $"The node cannot listen for other members: {exception.Message.TrimEnd('.')}. Stop what uses the port, or give another "
                + "--listen-peer-urls.",
                exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static WebApplication Build(
        IReadOnlyList<SharedPort> ports, PeerWatches watches, ClusterMembers members, ILoggerFactory loggers)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.AddPeerPorts(ports);
        builder.Services.AddRouting();
        builder.Services.AddPeerTransport(watches.Network);
        builder.Services.AddSingleton(new PeerWatchService(watches, TimeProvider.System));
        WebApplication application = builder.Build();
        application.Use(next => context => PlainText.ExplainRefusalsAsync(context, next));
        application.UseRouting();
        application.MapPeerTransport();
        application.MapGrpcService<PeerWatchService>();
        MemberEndpoints.Map(application, members);
        application.UseEndpoints(static _ => { });
        return application;
    }
}
