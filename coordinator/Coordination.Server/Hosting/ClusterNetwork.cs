using Coordination.Replication;
using Coordination.Transport;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coordination.Server;

/// <summary>
/// The way to the other members: the peer port, which is open before the store is, and the links to their ports. Disposed of after the
/// store.
/// </summary>
internal sealed class ClusterNetwork : IAsyncDisposable
{
    private readonly WebApplication _port;

    private ClusterNetwork(PeerReplicas replicas, WebApplication port)
    {
        Replicas = replicas;
        _port = port;
    }

    /// <summary>Joins the store's replicas to the network.</summary>
    public PeerReplicas Replicas { get; }

    /// <summary>Opens the peer port and begins to look for the other members.</summary>
    /// <exception cref="NodeStartException">The port cannot be opened.</exception>
    public static async Task<ClusterNetwork> StartAsync(
        NodeOptions options, InitialCluster cluster, StoredIdentity identity, ILoggerFactory loggers)
    {
        var self = new PeerTransportOptions { Cluster = new ClusterId(identity.ClusterId), Member = new MemberId(identity.MemberId) };
        var replicas = new PeerReplicas(self, loggers, TimeProvider.System);
        var network = new ClusterNetwork(replicas, Build(options, replicas.Network, loggers));
        try
        {
            await network._port.StartAsync();
            foreach (var member in cluster.Members.Where(member => member.Id != identity.MemberId))
            {
                await replicas.Network.SetAsync(new MemberId(member.Id), [.. member.PeerUrls.Select(static url => new Uri(url))]);
            }

            return network;
        }
        catch (IOException exception)
        {
            await network.DisposeAsync();
            throw new NodeStartException(
                $"The node cannot listen for other members: {exception.Message.TrimEnd('.')}. Stop what uses the port, or give another "
                + "--listen-peer-urls.",
                exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Replicas.DisposeAsync();
        await _port.DisposeAsync();
    }

    private static WebApplication Build(NodeOptions options, PeerNetwork network, ILoggerFactory loggers)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            foreach (Uri url in options.ListenPeerUrls)
            {
                kestrel.Listen(ListenAddress.From(url), static listen => listen.Protocols = HttpProtocols.Http2);
            }
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.AddRouting();
        builder.Services.AddPeerTransport(network);
        WebApplication application = builder.Build();
        application.MapPeerTransport();
        return application;
    }
}
