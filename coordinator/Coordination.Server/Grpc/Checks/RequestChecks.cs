using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Coordination.Server;

/// <summary>
/// What can be wrong with a request whatever the state is, in the order in which etcd looks for it. Throws the refusal of the first thing
/// found.
/// </summary>
internal static class RequestChecks
{
    public static void Check(RangeRequest request)
    {
        CheckKey(request.Key);
        if (request.SortOrder is < RangeRequest.Types.SortOrder.None or > RangeRequest.Types.SortOrder.Descend
            || request.SortTarget is < RangeRequest.Types.SortTarget.Key or > RangeRequest.Types.SortTarget.Value)
        {
            throw EtcdErrors.Refuse(EtcdErrors.InvalidSortOption);
        }
    }

    public static void Check(PutRequest request)
    {
        CheckKey(request.Key);
        if (request.IgnoreValue && !request.Value.IsEmpty)
        {
            throw EtcdErrors.Refuse(EtcdErrors.ValueProvided);
        }

        if (request.IgnoreLease && request.Lease != 0)
        {
            throw EtcdErrors.Refuse(EtcdErrors.LeaseProvided);
        }
    }

    public static void Check(DeleteRangeRequest request) => CheckKey(request.Key);

    /// <param name="request">The transaction.</param>
    /// <param name="operationsMax">How many operations, and comparisons, each of its lists may have.</param>
    public static void Check(TxnRequest request, int operationsMax)
    {
        CheckOperations(request, operationsMax);

        // Most transactions of the world put one key.
        if (request.Success.Count > 1 || request.Failure.Count > 1 || HasNested(request.Success) || HasNested(request.Failure))
        {
            DuplicateKeys.Check(request.Success);
            DuplicateKeys.Check(request.Failure);
        }
    }

    /// <summary>Nested transactions may have what the longest list around them leaves.</summary>
    private static void CheckOperations(TxnRequest request, int operationsMax)
    {
        int longest = Math.Max(request.Compare.Count, Math.Max(request.Success.Count, request.Failure.Count));
        if (longest > operationsMax)
        {
            throw EtcdErrors.Refuse(EtcdErrors.TooManyOperations);
        }

        for (int i = 0; i < request.Compare.Count; i++)
        {
            CheckKey(request.Compare[i].Key);
        }

        CheckOperations(request.Success, operationsMax - longest);
        CheckOperations(request.Failure, operationsMax - longest);
    }

    private static void CheckOperations(RepeatedField<RequestOp> operations, int nestedMax)
    {
        for (int i = 0; i < operations.Count; i++)
        {
            var operation = operations[i];
            switch (operation.RequestCase)
            {
                case RequestOp.RequestOneofCase.RequestRange:
                    Check(operation.RequestRange);
                    break;
                case RequestOp.RequestOneofCase.RequestPut:
                    Check(operation.RequestPut);
                    break;
                case RequestOp.RequestOneofCase.RequestDeleteRange:
                    Check(operation.RequestDeleteRange);
                    break;
                case RequestOp.RequestOneofCase.RequestTxn:
                    CheckOperations(operation.RequestTxn, nestedMax);
                    break;
                default:
                    throw EtcdErrors.Refuse(EtcdErrors.KeyNotFound);
            }
        }
    }

    private static bool HasNested(RepeatedField<RequestOp> operations)
    {
        for (int i = 0; i < operations.Count; i++)
        {
            if (operations[i].RequestCase == RequestOp.RequestOneofCase.RequestTxn)
            {
                return true;
            }
        }

        return false;
    }

    private static void CheckKey(ByteString key)
    {
        if (key.IsEmpty)
        {
            throw EtcdErrors.Refuse(EtcdErrors.KeyNotProvided);
        }
    }
}
