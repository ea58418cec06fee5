using Google.Protobuf;

namespace Coordination.Conformance.Tests;

/// <summary>Operations of a transaction.</summary>
public static class Ops
{
    public static RequestOp Put(ByteString key, string value = "", long lease = 0) =>
        new() { RequestPut = new PutRequest { Key = key, Value = Bytes.Of(value), Lease = lease } };

    public static RequestOp Delete(ByteString key, ByteString? end = null) =>
        new() { RequestDeleteRange = new DeleteRangeRequest { Key = key, RangeEnd = end ?? ByteString.Empty } };

    public static RequestOp Range(ByteString key, ByteString? end = null, long revision = 0) =>
        new() { RequestRange = new RangeRequest { Key = key, RangeEnd = end ?? ByteString.Empty, Revision = revision } };

    public static RequestOp Txn(TxnRequest request) => new() { RequestTxn = request };

    /// <summary>A transaction without comparison: its success branch is taken.</summary>
    public static TxnRequest Always(params ReadOnlySpan<RequestOp> success) => new() { Success = { success.ToArray() } };

    /// <summary>A comparison that holds: a key that never exists has version 0.</summary>
    public static Compare Holds { get; } = new() { Key = Bytes.Of("never exists") };

    /// <summary>A comparison that does not hold.</summary>
    public static Compare Fails { get; } = new() { Key = Bytes.Of("never exists"), Version = 1 };
}
