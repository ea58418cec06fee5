using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Coordination.Transport;

/// <summary>Puts the receiving side of a <see cref="PeerNetwork"/> on the port of a host.</summary>
public static class PeerTransportHosting
{
    /// <summary>
    /// Registers what <see cref="MapPeerTransport"/> needs. The network stays the caller's: it is to be disposed before the host stops,
    /// since the streams of peers end with it and not before.
    /// </summary>
    public static IServiceCollection AddPeerTransport(this IServiceCollection services, PeerNetwork network)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(network);
        services.AddSingleton<PeerService>(provider => ActivatorUtilities.CreateInstance<PeerService>(provider, network));
        services.AddGrpc().AddServiceOptions<PeerService>(options =>
        {
            options.MaxReceiveMessageSize = network.Options.ReceiveBytesMax;
            options.MaxSendMessageSize = null;
        });
        return services;
    }

    /// <summary>Serves peers. The port has to speak HTTP/2.</summary>
    public static IEndpointConventionBuilder MapPeerTransport(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapGrpcService<PeerService>();
    }
}
