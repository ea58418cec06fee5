namespace Coordination.Server;

/// <summary>What one client connection may do, in etcd's terms; <see cref="KestrelLimits"/> says it in Kestrel's.</summary>
internal sealed record ClientLimits
{
    /// <summary>What a message may have beyond the request in it; etcd's figure.</summary>
    public const int MessageOverheadBytes = 512 * 1024;

    /// <summary>HTTP/2 streams that a client may have open at a time on one connection (<c>--max-concurrent-streams</c>).</summary>
    public uint MaxConcurrentStreams { get; init; } = uint.MaxValue;

    /// <summary>Largest request (<c>--max-request-bytes</c>), in bytes.</summary>
    public int MaxRequestBytes { get; init; } = 1536 * 1024;

    /// <summary>After how much silence a client is pinged (<c>--grpc-keepalive-interval</c>); zero for never.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long a ping may stay unanswered until the connection ends (<c>--grpc-keepalive-timeout</c>); zero for ever.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Largest gRPC message that is received, in bytes.</summary>
    public int ReceiveMessageBytesMax => MaxRequestBytes + MessageOverheadBytes;
}
