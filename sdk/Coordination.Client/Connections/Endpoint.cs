using System.Net.Security;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace Coordination.Client;

/// <summary>One server, and the connections to it: made when they are first needed, and again when they broke.</summary>
internal sealed class Endpoint : IDisposable
{
    private readonly GrpcChannel? _channel;

    public Endpoint(Uri address, CoordinationClientOptions options)
    {
        Address = address;
        CallInvoker calls;
        if (options.CallInvokers is { } invokers)
        {
            calls = invokers(address);
        }
        else
        {
            _channel = Connect(address, options);
            calls = _channel.CreateCallInvoker();
        }

        Auth = new Etcd.Auth.AuthClient(calls);
        KeyValues = new Etcd.KV.KVClient(calls);
        Maintenance = new Etcd.Maintenance.MaintenanceClient(calls);
        Leases = new Etcd.Lease.LeaseClient(calls);
        Watches = new Etcd.Watch.WatchClient(calls);
    }

    public Uri Address { get; }

    public Etcd.Auth.AuthClient Auth { get; }

    public Etcd.KV.KVClient KeyValues { get; }

    public Etcd.Lease.LeaseClient Leases { get; }

    public Etcd.Maintenance.MaintenanceClient Maintenance { get; }

    public Etcd.Watch.WatchClient Watches { get; }

    public void Dispose() => _channel?.Dispose();

    private static GrpcChannel Connect(Uri address, CoordinationClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,

            // Of the connection as a whole, with the negotiation of TLS.
            ConnectTimeout = options.ConnectTimeout,
            KeepAlivePingDelay = options.KeepAlivePingDelay,
            KeepAlivePingTimeout = options.KeepAlivePingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            SslOptions = options.Tls ?? new SslClientAuthenticationOptions(),

            // With a connect function of its own a channel tries to connect for every call, where it would otherwise refuse calls on its
            // own until a back-off has passed: who waits how long is the pool's decision.
            ConnectCallback = ConnectAsync,
        };
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
            MaxRetryAttempts = null,
        });
    }

    /// <summary>
    /// Whatever fails here comes out of a call as the HTTP client's connection error, or as its timeout: the marks that nothing was sent.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
