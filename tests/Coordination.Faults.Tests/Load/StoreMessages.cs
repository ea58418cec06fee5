using System.Globalization;
using Google.Protobuf;

namespace Coordination.Faults.Tests;

/// <summary>Requests and answers of a history, as the protocol says them. Keys and values are plain ASCII.</summary>
internal static class StoreMessages
{
    public static Etcd.PutRequest Put(StoreRequest.Put put) =>
        new() { Key = Bytes(put.Key), Value = Bytes(put.Value), Lease = put.Lease };

    public static Etcd.DeleteRangeRequest Delete(StoreRequest.Delete delete) =>
        new() { Key = Bytes(delete.Range.Key), RangeEnd = Bytes(delete.Range.End) };

    public static Etcd.RangeRequest Range(StoreRequest.Read read) => new()
    {
        Key = Bytes(read.Range.Key),
        RangeEnd = Bytes(read.Range.End),
        Serializable = read.IsSerializable,
        Revision = read.AtRevision,
    };

    public static Etcd.TxnRequest Txn(StoreRequest.Transaction transaction) => new()
    {
        Compare = { transaction.If.Select(Compare) },
        Success = { transaction.Then.Select(Operation) },
        Failure = { transaction.Else.Select(Operation) },
    };

    public static StoreResult Found(Etcd.RangeResponse response) => new StoreResult.Found([.. response.Kvs.Select(Record)]);

    public static StoreResult Deleted(Etcd.DeleteRangeResponse response) => new StoreResult.Deleted(response.Deleted);

    public static StoreResult Transacted(Etcd.TxnResponse response) =>
        new StoreResult.Transacted(response.Succeeded, [.. response.Responses.Select(Result)]);

    public static WatchResponse Watched(Etcd.WatchResponse response)
    {
        var kind = response.Canceled ? WatchResponseKind.Canceled
            : response.Created ? WatchResponseKind.Created
            : response.Events.Count > 0 ? WatchResponseKind.Events
            : WatchResponseKind.Progress;
        return new WatchResponse(kind, response.Header.Revision, [.. response.Events.Select(Event)], response.Fragment);
    }

    public static KeyRecord Record(Etcd.KeyValue key) => new(
        key.Key.ToStringUtf8(), key.Value.ToStringUtf8(), key.CreateRevision, key.ModRevision, key.Version, key.Lease);

    public static ByteString Bytes(string? text) => text is null ? ByteString.Empty : ByteString.CopyFromUtf8(text);

    private static StoreEvent Event(Etcd.Event change) => new(
        change.Kv.ModRevision,
        change.Kv.Key.ToStringUtf8(),
        change.Type == Etcd.Event.Types.EventType.Put ? Record(change.Kv) : null,
        change.PrevKv is null ? null : Record(change.PrevKv));

    private static Etcd.RequestOp Operation(StoreRequest request) => request switch
    {
        StoreRequest.Put put => new Etcd.RequestOp { RequestPut = Put(put) },
        StoreRequest.Delete delete => new Etcd.RequestOp { RequestDeleteRange = Delete(delete) },
        StoreRequest.Read read => new Etcd.RequestOp { RequestRange = Range(read) },
        _ => throw new ArgumentException($"Clients do not send this in a transaction: {request}.", nameof(request)),
    };

    private static StoreResult Result(Etcd.ResponseOp response) => response.ResponseCase switch
    {
        Etcd.ResponseOp.ResponseOneofCase.ResponsePut => new StoreResult.Put(),
        Etcd.ResponseOp.ResponseOneofCase.ResponseDeleteRange => Deleted(response.ResponseDeleteRange),
        Etcd.ResponseOp.ResponseOneofCase.ResponseRange => Found(response.ResponseRange),
        _ => throw new InvalidDataException($"No such answer was asked for: {response}."),
    };

    private static Etcd.Compare Compare(Comparison comparison) => comparison switch
    {
        { Target: ComparisonTarget.Mod, Sign: ComparisonSign.Equal } => new Etcd.Compare
        {
            Key = Bytes(comparison.Key),
            Target = Etcd.Compare.Types.CompareTarget.Mod,
            Result = Etcd.Compare.Types.CompareResult.Equal,
            ModRevision = long.Parse(comparison.Operand, CultureInfo.InvariantCulture),
        },
        { Target: ComparisonTarget.Value, Sign: ComparisonSign.Equal } => new Etcd.Compare
        {
            Key = Bytes(comparison.Key),
            Target = Etcd.Compare.Types.CompareTarget.Value,
            Result = Etcd.Compare.Types.CompareResult.Equal,
            Value = Bytes(comparison.Operand),
        },
        _ => throw new ArgumentException($"Clients do not compare so: {comparison}.", nameof(comparison)),
    };
}
