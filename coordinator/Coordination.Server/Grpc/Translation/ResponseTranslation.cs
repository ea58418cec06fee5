using Coordination.StateMachine;
using Google.Protobuf.Collections;
using Proto = Coordination.Protocol.Etcd;

namespace Coordination.Server;

/// <summary>From results of the state machine to responses. The only way out; the encoding of watch events uses it too.</summary>
internal static class ResponseTranslation
{
    public static Proto.KeyValue ToMessage(KeyValue keyValue) => new()
    {
        Key = Bytes.ToByteString(keyValue.Key),
        Value = Bytes.ToByteString(keyValue.Value),
        CreateRevision = keyValue.CreateRevision,
        ModRevision = keyValue.ModRevision,
        Version = keyValue.Version,
        Lease = keyValue.Lease,
    };

    public static Proto.RangeResponse ToResponse(RangeResult result, Proto.ResponseHeader header)
    {
        var response = new Proto.RangeResponse { Header = header, Count = result.Count, More = result.More };
        AddAll(response.Kvs, result.Items);
        return response;
    }

    public static Proto.PutResponse ToResponse(PutResult result, Proto.ResponseHeader header) =>
        new() { Header = header, PrevKv = result.Previous is { } previous ? ToMessage(previous) : null };

    public static Proto.DeleteRangeResponse ToResponse(DeleteRangeResult result, Proto.ResponseHeader header)
    {
        var response = new Proto.DeleteRangeResponse { Header = header, Deleted = result.Deleted };
        AddAll(response.PrevKvs, result.Previous);
        return response;
    }

    /// <summary>As in etcd, the answers inside have headers with a revision alone, and nested transactions an empty one.</summary>
    public static Proto.TxnResponse ToResponse(TxnResult result, Proto.ResponseHeader header)
    {
        var response = new Proto.TxnResponse { Header = header, Succeeded = result.Succeeded };
        for (int i = 0; i < result.Results.Count; i++)
        {
            response.Responses.Add(ToResponse(result.Results[i], result.Revisions[i]));
        }

        return response;
    }

    private static Proto.ResponseOp ToResponse(OperationResult result, long revision) => result switch
    {
        RangeResult range => new Proto.ResponseOp { ResponseRange = ToResponse(range, HeaderInside(revision)) },
        PutResult put => new Proto.ResponseOp { ResponsePut = ToResponse(put, HeaderInside(revision)) },
        DeleteRangeResult delete => new Proto.ResponseOp { ResponseDeleteRange = ToResponse(delete, HeaderInside(revision)) },
        TxnResult txn => new Proto.ResponseOp { ResponseTxn = ToResponse(txn, new Proto.ResponseHeader()) },
        _ => throw new ArgumentException($"There is no response for a {result.GetType().Name}.", nameof(result)),
    };

    private static Proto.ResponseHeader HeaderInside(long revision) => new() { Revision = revision };

    private static void AddAll(RepeatedField<Proto.KeyValue> messages, IReadOnlyList<KeyValue> keyValues)
    {
        if (keyValues.Count == 0)
        {
            return;
        }

        messages.Capacity = keyValues.Count;
        for (int i = 0; i < keyValues.Count; i++)
        {
            messages.Add(ToMessage(keyValues[i]));
        }
    }
}
