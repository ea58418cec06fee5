using System.Net.Security;
using System.Net.Sockets;
using Grpc.Net.Client;

namespace Coordination.Client;

/// <summary>One server, and the connections to it: made when they are first needed, and again when they broke.</summary>
internal sealed class Endpoint : IDisposable
{
    private readonly GrpcChannel _channel;

    public Endpoint(Uri address, CoordinationClientOptions options)
    {
        Address = address;
        var connectTimeout = options.ConnectTimeout;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = options.KeepAlivePingDelay,
            KeepAlivePingTimeout = options.KeepAlivePingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            SslOptions = options.Tls ?? new SslClientAuthenticationOptions(),

            // With a connect function of its own a channel tries to connect for every call, where it would otherwise refuse calls on its
            // own until a back-off has passed: who waits how long is the pool's decision.
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context, connectTimeout, cancellationToken),
        };
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
            MaxRetryAttempts = null,
        });
        KeyValues = new Etcd.KV.KVClient(_channel);
        Leases = new Etcd.Lease.LeaseClient(_channel);
        Watches = new Etcd.Watch.WatchClient(_channel);
    }

    public Uri Address { get; }

    public Etcd.KV.KVClient KeyValues { get; }

    public Etcd.Lease.LeaseClient Leases { get; }

    public Etcd.Watch.WatchClient Watches { get; }

    public void Dispose() => _channel.Dispose();

    /// <summary>
    /// Whatever fails here, or takes too long, comes out of a call as the HTTP client's connection error: the mark that nothing was sent.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, TimeSpan connectTimeout, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(connectTimeout);
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, limit.Token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
