using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coordination.Server;

/// <summary>
/// Sets Kestrel and gRPC to what clients of etcd are used to. The defaults of both are made for web sites: they end connections that
/// are idle, slow, or have many streams, and a client that waits for events is all three.
/// </summary>
internal static class KestrelLimits
{
    /// <summary>
    /// As good as never. Kestrel adds its time limits to a clock and lets the sum overflow: told an infinite keep-alive timeout, it ends
    /// every idle HTTP/2 connection within a second.
    /// </summary>
    internal static readonly TimeSpan Forever = TimeSpan.FromDays(3650);

    /// <summary>Applies the limits of client connections.</summary>
    public static void Apply(ClientLimits limits, KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // Clients behind a proxy that ends TLS say "https" on a connection without.
        kestrel.AllowAlternateSchemes = true;

        KestrelServerLimits server = kestrel.Limits;
        server.MinRequestBodyDataRate = null;
        server.MinResponseDataRate = null;
        server.KeepAliveTimeout = Forever;

        // For requests whose reader sets no limit of its own; JSON carries bytes in base64, so twice is enough for any request.
        server.MaxRequestBodySize = 2L * limits.ReceiveMessageBytesMax;

        Http2Limits http2 = server.Http2;

        // Kestrel takes no more than an int. As it begins to refuse streams of a client that resets many only when twice as many as
        // allowed are still ending, etcd's default also means that a client may cancel all its watches at once.
        http2.MaxStreamsPerConnection = (int)Math.Clamp(limits.MaxConcurrentStreams, 1, int.MaxValue);
        http2.KeepAlivePingDelay = OrNever(limits.KeepAliveInterval);
        http2.KeepAlivePingTimeout = OrNever(limits.KeepAliveTimeout);

        // The authority filter relies on both being what HTTP/2 begins with.
        http2.MaxFrameSize = FrameFilter.FrameSizeMax;
        http2.HeaderTableSize = HeaderBlockFilter.HeaderTableSizeMax;
    }

    /// <summary>
    /// Applies the limits of connections of other members: streams that stay open, are silent for long, and carry whole snapshots.
    /// </summary>
    public static void ApplyToPeers(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.KeepAliveTimeout = Forever;
        kestrel.Limits.MaxRequestBodySize = null;
    }

    /// <summary>Applies the limits of messages: what is received is limited, what is sent is not, as in etcd.</summary>
    public static void Apply(ClientLimits limits, GrpcServiceOptions grpc)
    {
        grpc.MaxReceiveMessageSize = limits.ReceiveMessageBytesMax;
        grpc.MaxSendMessageSize = null;
    }

    /// <summary>For pings Kestrel knows the largest value, and takes it for never.</summary>
    private static TimeSpan OrNever(TimeSpan value) => value == TimeSpan.Zero || value > Forever ? TimeSpan.MaxValue : value;
}
