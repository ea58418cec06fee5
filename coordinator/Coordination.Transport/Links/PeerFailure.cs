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
}
