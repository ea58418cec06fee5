using System.Net.Sockets;
using Grpc.Core;

namespace Coordination.Transport;

/// <summary>What an operator is told of a connection that failed.</summary>
internal static class PeerFailure
{
    public static string Describe(Exception failure) => failure switch
    {
        RpcException { Status.Detail: { Length: > 0 } detail } => detail,
        RpcException rpc => rpc.StatusCode.ToString(),
        _ => failure.Message,
    };

    /// <summary>Whether the machine there said that nobody listens.</summary>
    public static bool IsRefusal(Exception failure)
    {
        var cause = failure is RpcException { Status.DebugException: { } debug } ? debug : failure;
        while (cause is not null and not SocketException)
        {
            cause = cause.InnerException;
        }

        return cause is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
    }
}
