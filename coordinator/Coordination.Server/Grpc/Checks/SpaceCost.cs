using Coordination.Protocol.Etcd;
using Google.Protobuf.Collections;

namespace Coordination.Server;

/// <summary>How much space a request takes, by etcd's rule of thumb, in bytes; 0 for what never needs any.</summary>
internal static class SpaceCost
{
    /// <summary>What a lease takes.</summary>
    public const long LeaseBytes = 64;

    private const long KeyBytes = 256;

    public static long Of(PutRequest request) => KeyBytes + request.Key.Length + request.Value.Length;

    /// <summary>The branch that takes more; nested transactions are not counted.</summary>
    public static long Of(TxnRequest request) => Math.Max(Of(request.Success), Of(request.Failure));

    private static long Of(RepeatedField<RequestOp> operations)
    {
        long cost = 0;
        for (int i = 0; i < operations.Count; i++)
        {
            if (operations[i].RequestCase == RequestOp.RequestOneofCase.RequestPut)
            {
                cost += Of(operations[i].RequestPut);
            }
        }

        return cost;
    }
}
