namespace Coordination.Transport;

/// <summary>Who this member is, and the limits of what it exchanges with others.</summary>
public sealed record PeerTransportOptions
{
    /// <summary>The cluster that this member belongs to.</summary>
    public required ClusterId Cluster { get; init; }

    /// <summary>This member.</summary>
    public required MemberId Member { get; init; }

    /// <summary>Bytes of messages after which a batch is sent; its last message may go beyond. Default 1 MiB.</summary>
    public int BatchBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Bytes of messages that wait for one peer; more are lost. Default 32 MiB.</summary>
    public long QueueBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>The largest batch that is accepted from a peer, in bytes. Default 128 MiB: an entry may be as large as a request.</summary>
    public int ReceiveBytesMax { get; init; } = 128 * 1024 * 1024;

    /// <summary>After how much silence a peer is pinged. At least 1 s, the default.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a ping may stay unanswered until the connection ends. At least 1 s, the default.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long connecting and the handshake may take. Default 2 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The pause after the first attempt to connect that failed; doubled by each further one. Default 100 ms.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between attempts to connect. Default 1 s.</summary>
    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Forwarded requests to one peer that wait for an answer; more are refused as not sent. Default 8192.</summary>
    public int ForwardsMax { get; init; } = 8192;

    /// <summary>Bytes of forwarded requests to one peer that wait for an answer. Default 32 MiB.</summary>
    public long ForwardBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>Forwarded requests of one peer that this member works on at a time; the rest waits unread. Default 4096.</summary>
    public int ForwardedWorkMax { get; init; } = 4096;

    /// <summary>Bytes of a snapshot in one message, at most 256 KiB. Default 128 KiB.</summary>
    public int SnapshotChunkBytes { get; init; } = 128 * 1024;

    /// <summary>How many times in a row a snapshot's transfer may break without getting further. Default 3.</summary>
    public int SnapshotBreaksMax { get; init; } = 3;

    /// <summary>
    /// Makes the handler of each connection. Whatever secures connections is set here; protocol, pings and proxies are set afterwards by
    /// the transport.
    /// </summary>
    public Func<SocketsHttpHandler> HandlerFactory { get; init; } = static () => new SocketsHttpHandler();

    /// <summary>Refuses limits that cannot work.</summary>
    /// <exception cref="ArgumentException">A sentence that says which.</exception>
    internal void Validate()
    {
        var second = TimeSpan.FromSeconds(1);
        Require(Member.IsSome, "A member needs an id that is not 0.");
        Require(PingInterval >= second && PingTimeout >= second, "Pings need at least a second between them, and to be answered.");
        Require(
            ReconnectDelay > TimeSpan.Zero && ReconnectDelayMax >= ReconnectDelay,
            $"The pause between attempts to connect must grow from more than 0, not from {ReconnectDelay} to {ReconnectDelayMax}.");
        Require(
            SnapshotChunkBytes is > 0 and <= SnapshotReception.ChunkBytesMax,
            $"A chunk of a snapshot has 1 to {SnapshotReception.ChunkBytesMax} bytes, not {SnapshotChunkBytes}.");
        Require(
            ForwardsMax > 0 && ForwardedWorkMax > 0 && SnapshotBreaksMax > 0 && BatchBytesMax > 0 && QueueBytesMax > 0,
            "Limits must be positive.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
