using Coordination.Protocol.Etcd;

namespace Coordination.Benchmarks;

/// <summary>The requests of the workloads, with what their responses must hold.</summary>
internal static class Requests
{
    /// <summary>How many keys a list asks for.</summary>
    public const int ListLimit = 500;

    private const int TransactionOperations = 4;

    public static PutRequest NewPut(LoadOptions options) =>
        new() { Key = RequestTemplate.Key, Value = RequestTemplate.Value(options.ValueBytes) };

    public static RequestTemplate Put(LoadOptions options) =>
        new(GrpcMethod.Put, NewPut(options), options.ValueBytes, options.KeySpace)
        {
            Check = message => PutResponse.Parser.ParseFrom(message).Header.Revision > 0 ? null : "a put was answered without a revision",
        };

    public static RequestTemplate Get(LoadOptions options, bool isSerializable) =>
        new(
            GrpcMethod.Range,
            new RangeRequest { Key = RequestTemplate.Key, Serializable = isSerializable },
            options.ValueBytes,
            options.KeySpace)
        {
            ResponseBytesMin = options.ValueBytes,
            Check = message => RangeResponse.Parser.ParseFrom(message) is { Count: 1, Kvs: [var found] }
                && found.Value.Length == options.ValueBytes
                ? null
                : "a read of one key was not answered with this key and its value",
        };

    /// <summary>Two puts and two reads of different keys, if a condition holds that always does.</summary>
    public static RequestTemplate Transaction(LoadOptions options)
    {
        var request = new TxnRequest
        {
            Compare =
            {
                new Compare
                {
                    Key = RequestTemplate.Key,
                    Target = Compare.Types.CompareTarget.Version,
                    Result = Compare.Types.CompareResult.Greater,
                    Version = -1,
                },
            },
            Success =
            {
                new RequestOp { RequestPut = NewPut(options) },
                new RequestOp { RequestRange = new RangeRequest { Key = RequestTemplate.Key } },
                new RequestOp { RequestPut = NewPut(options) },
                new RequestOp { RequestRange = new RangeRequest { Key = RequestTemplate.Key } },
            },
        };
        return new RequestTemplate(GrpcMethod.Txn, request, options.ValueBytes, options.KeySpace)
        {
            ResponseBytesMin = 2 * options.ValueBytes,
            Check = message => TxnResponse.Parser.ParseFrom(message) is { Succeeded: true, Responses.Count: TransactionOperations }
                ? null
                : "a transaction was not answered with its four results",
        };
    }

    public static RequestTemplate List(LoadOptions options) =>
        new(
            GrpcMethod.Range,
            new RangeRequest { Key = LoadKeys.RangeStart, RangeEnd = LoadKeys.RangeEnd, Limit = ListLimit },
            options.ValueBytes,
            options.ListKeys)
        {
            ResponseBytesMin = ListLimit * options.ValueBytes,
            Check = message => RangeResponse.Parser.ParseFrom(message) is { More: true, Kvs.Count: ListLimit } list
                && list.Count >= options.ListKeys
                    ? null
                    : $"a list was not answered with {ListLimit} keys and the count of all",
        };
}
