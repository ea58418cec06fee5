using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Coordination.Server;

/// <summary>Registers the client ports of a node with its host.</summary>
internal static class ClientPortHosting
{
    /// <summary>Connections that the system may complete before they are accepted; what Go listens with.</summary>
    private const int Backlog = 4096;

    /// <summary>Seconds of silence until the system probes a client, and between probes; etcd's figure.</summary>
    private const int KeepAliveSeconds = 30;

    /// <summary>Makes Kestrel serve HTTP/1.1 and HTTP/2 on each of the ports, with etcd's limits.</summary>
    public static IServiceCollection AddClientPorts(
        this IServiceCollection services, IReadOnlyList<SharedPort> ports, ClientLimits limits, SharedPortLimits? portLimits = null)
    {
        services.AddSingleton<ListeningMetrics>();
        services.Configure<SocketTransportOptions>(SetSocketOptions);
        services.AddSingleton<IConnectionListenerFactory>(provider => new SharedPortFactory(
            new SocketTransportFactory(
                provider.GetRequiredService<IOptions<SocketTransportOptions>>(), provider.GetRequiredService<ILoggerFactory>()),
            portLimits ?? new SharedPortLimits(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ListeningMetrics>(),
            provider.GetRequiredService<ILogger<SharedPort>>()));
        services.Configure<GrpcServiceOptions>(grpc => KestrelLimits.Apply(limits, grpc));
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            KestrelLimits.Apply(limits, kestrel);
            foreach (SharedPort port in ports)
            {
                kestrel.Listen(port.For(PortProtocol.Http1), listen => listen.Protocols = HttpProtocols.Http1);
                kestrel.Listen(port.For(PortProtocol.Http2), listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    listen.UseAuthorityFilter();
                });
            }
        });
        return services;
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
