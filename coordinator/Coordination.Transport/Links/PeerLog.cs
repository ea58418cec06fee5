using Microsoft.Extensions.Logging;

namespace Coordination.Transport;

/// <summary>What the transport writes to the operator's log. Event ids 4000 to 4099.</summary>
internal static partial class PeerLog
{
    [LoggerMessage(4000, LogLevel.Information, "peer {Peer} is reachable at {Url}")]
    public static partial void Reachable(ILogger logger, MemberId peer, Uri url);

    [LoggerMessage(4001, LogLevel.Warning, "peer {Peer} is not reachable: {Reason}")]
    public static partial void Unreachable(ILogger logger, MemberId peer, string reason);

    [LoggerMessage(4002, LogLevel.Error, "peer {Peer} sent what cannot be read; its stream was ended: {Reason}")]
    public static partial void Unreadable(ILogger logger, MemberId peer, string reason);
}
