using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Coordination.Server;

/// <summary>Registers the ports of a node with their hosts.</summary>
internal static class PortHosting
{
    /// <summary>Connections that the system may complete before they are accepted; what Go listens with.</summary>
    private const int Backlog = 4096;

    /// <summary>Seconds of silence until the system probes a client, and between probes; etcd's figure.</summary>
    private const int KeepAliveSeconds = 30;

    /// <summary>Makes Kestrel serve HTTP/1.1 and HTTP/2 on each of the ports, with etcd's limits.</summary>
    public static IServiceCollection AddClientPorts(
        this IServiceCollection services, IReadOnlyList<SharedPort> ports, ClientLimits limits, SharedPortLimits? portLimits = null)
    {
        AddSharedPorts(services, portLimits);
        services.Configure<GrpcServiceOptions>(grpc => KestrelLimits.Apply(limits, grpc));
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            KestrelLimits.Apply(limits, kestrel);
            foreach (SharedPort port in ports)
            {
                kestrel.Listen(port.For(PortProtocol.Http1), static listen =>
                {
                    listen.Protocols = HttpProtocols.Http1;
                    ClientPort.MarkConnections(listen);
                });
                kestrel.Listen(port.For(PortProtocol.Http2), static listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    listen.UseAuthorityFilter();
                    ClientPort.MarkConnections(listen);
                });
            }
        });
        return services;
    }

    /// <summary>
    /// Makes Kestrel serve HTTP/1.1 and HTTP/2 on each of the ports, to members that stay connected for as long as they live.
    /// </summary>
    public static IServiceCollection AddPeerPorts(this IServiceCollection services, IReadOnlyList<SharedPort> ports)
    {
        AddSharedPorts(services, limits: null);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            KestrelLimits.ApplyToPeers(kestrel);
            foreach (SharedPort port in ports)
            {
                kestrel.Listen(port.For(PortProtocol.Http1), static listen => listen.Protocols = HttpProtocols.Http1);
                kestrel.Listen(port.For(PortProtocol.Http2), static listen => listen.Protocols = HttpProtocols.Http2);
            }
        });
        return services;
    }

    private static void AddSharedPorts(IServiceCollection services, SharedPortLimits? limits)
    {
        services.AddSingleton<ListeningMetrics>();
        services.Configure<SocketTransportOptions>(SetSocketOptions);
        services.AddSingleton<IConnectionListenerFactory>(provider => new SharedPortFactory(
            new SocketTransportFactory(
                provider.GetRequiredService<IOptions<SocketTransportOptions>>(), provider.GetRequiredService<ILoggerFactory>()),
            limits ?? new SharedPortLimits(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ListeningMetrics>(),
            provider.GetRequiredService<ILogger<SharedPort>>()));
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The listener owns its socket.")]
    private static void SetSocketOptions(SocketTransportOptions options)
    {
        options.Backlog = Backlog;
        options.CreateBoundListenSocket = static endPoint =>
        {
            Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);

            // Accepted sockets inherit it. It ends connections whose client has vanished and that nothing else times out.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
            return socket;
        };
    }
}
