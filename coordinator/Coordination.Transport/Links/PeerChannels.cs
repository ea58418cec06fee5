using System.Diagnostics.CodeAnalysis;
using Grpc.Net.Client;

namespace Coordination.Transport;

/// <summary>Opens connections to peers. Every channel has connections of its own.</summary>
internal static class PeerChannels
{
    /// <summary>A channel that connects with its first call. Disposing it ends its connection.</summary>
    public static GrpcChannel Open(PeerTransportOptions options, Uri url) => Open(options, url, mayHaveSeveral: false);

    /// <summary>A channel that has another connection when one has as many calls as it can.</summary>
    public static GrpcChannel OpenShared(PeerTransportOptions options, Uri url) => Open(options, url, mayHaveSeveral: true);

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The channel owns its handler.")]
    private static GrpcChannel Open(PeerTransportOptions options, Uri url, bool mayHaveSeveral)
    {
        var handler = options.HandlerFactory();
        handler.UseProxy = false;
        handler.UseCookies = false;
        handler.AllowAutoRedirect = false;
        handler.ActivityHeadersPropagator = null;
        handler.EnableMultipleHttp2Connections = mayHaveSeveral;
        handler.ConnectTimeout = options.HandshakeTimeout;
        handler.PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan;
        handler.PooledConnectionLifetime = Timeout.InfiniteTimeSpan;

        // A peer that is frozen, or behind a cut cable, acknowledges nothing and closes nothing: only an unanswered ping tells.
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always;
        handler.KeepAlivePingDelay = options.PingInterval;
        handler.KeepAlivePingTimeout = options.PingTimeout;
        return GrpcChannel.ForAddress(url, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = options.ReceiveBytesMax,
            MaxSendMessageSize = null,
        });
    }
}
