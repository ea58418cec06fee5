using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server.Tests;

/// <summary>Short ways to say requests, and what they are refused with.</summary>
internal static class Requests
{
    public static ByteString Key(string text) => ByteString.CopyFromUtf8(text);

    public static RequestOp Put(string key, string value = "") =>
        new() { RequestPut = new PutRequest { Key = Key(key), Value = Key(value) } };

    public static RequestOp Delete(string key, string end = "") =>
        new() { RequestDeleteRange = new DeleteRangeRequest { Key = Key(key), RangeEnd = Key(end) } };

    public static RequestOp Range(string key) => new() { RequestRange = new RangeRequest { Key = Key(key) } };

    public static RequestOp Nested(TxnRequest txn) => new() { RequestTxn = txn };

    public static TxnRequest Always(params RequestOp[] operations) => new() { Success = { operations } };

    /// <summary>The refusal of an action; null when it is not refused.</summary>
    public static Status? RefusalOf(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (RpcException refusal)
        {
            return refusal.Status;
        }
    }
}
