namespace Coordination.Transport;

/// <summary>What a member knows of its link to a peer, for metrics. The figures are read one by one.</summary>
public sealed record PeerStatus
{
    /// <summary>The peer.</summary>
    public required MemberId Peer { get; init; }

    /// <summary>Its URLs, in the order in which they are tried.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    /// <summary>Since when messages can be sent; null when they cannot.</summary>
    public required DateTimeOffset? ConnectedSince { get; init; }

    /// <summary>Why the last connection ended or failed, in a sentence; null when none did.</summary>
    public required string? LastError { get; init; }

    /// <summary>Messages that were handed to the connection.</summary>
    public required long MessagesSent { get; init; }

    /// <summary>Bytes of those messages as they travel.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Batches that they travelled in.</summary>
    public required long BatchesSent { get; init; }

    /// <summary>Messages that the peer sent.</summary>
    public required long MessagesReceived { get; init; }

    /// <summary>Bytes of those messages as they travelled.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>Messages that were dropped before they were sent: there was no connection, or too many were waiting.</summary>
    public required long MessagesDropped { get; init; }

    /// <summary>Bytes of messages that wait or are being sent.</summary>
    public required long QueuedBytes { get; init; }

    /// <summary>Forwarded requests that wait for an answer.</summary>
    public required int ForwardsPending { get; init; }
}
