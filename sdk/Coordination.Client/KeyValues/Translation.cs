using Google.Protobuf.Collections;

namespace Coordination.Client;

/// <summary>Requests and answers about keys, between the forms of this library and those of the protocol.</summary>
internal static class Translation
{
    public static Etcd.RangeRequest Get(KeyPrefix prefix, Key key, ReadOptions? options)
    {
        options ??= ReadOptions.Default;
        return new Etcd.RangeRequest
        {
            Key = prefix.Add(key),
            Revision = options.Revision,
            Serializable = options.AllowStale,
            KeysOnly = options.KeysOnly,
        };
    }

    public static Etcd.RangeRequest Range(KeyPrefix prefix, KeyRange range, RangeOptions? options)
    {
        options ??= RangeOptions.Default;
        var (start, end) = prefix.Add(range);
        return new Etcd.RangeRequest
        {
            Key = start,
            RangeEnd = end,
            Limit = options.Limit,
            CountOnly = options.CountOnly,
            Revision = options.Read.Revision,
            Serializable = options.Read.AllowStale,
            KeysOnly = options.Read.KeysOnly,
            SortTarget = (Etcd.RangeRequest.Types.SortTarget)options.SortBy,
            SortOrder = options.Descending ? Etcd.RangeRequest.Types.SortOrder.Descend : Etcd.RangeRequest.Types.SortOrder.None,
        };
    }

    public static Etcd.PutRequest Put(KeyPrefix prefix, Key key, Value value, PutOptions? options)
    {
        options ??= PutOptions.Default;
        return new Etcd.PutRequest
        {
            Key = prefix.Add(key),
            Value = value.ToByteString(),
            Lease = options.Lease.Value,
            IgnoreLease = options.KeepLease,
            IgnoreValue = options.KeepValue,
            PrevKv = options.ReturnPrevious,
        };
    }

    public static Etcd.DeleteRangeRequest Delete(KeyPrefix prefix, KeyRange range, DeleteOptions? options)
    {
        var (start, end) = prefix.Add(range);
        return new Etcd.DeleteRangeRequest { Key = start, RangeEnd = end, PrevKv = (options ?? DeleteOptions.Default).ReturnPrevious };
    }

    public static GetResult Get(KeyPrefix prefix, Etcd.RangeResponse response) =>
        new(response.Kvs.Count == 0 ? null : KeyValue(prefix, response.Kvs[0]), response.Header.Revision);

    public static RangeResult Range(KeyPrefix prefix, Etcd.RangeResponse response) =>
        new(KeyValues(prefix, response.Kvs), response.Count, response.More, response.Header.Revision);

    public static PutResult Put(KeyPrefix prefix, Etcd.PutResponse response) =>
        new(response.PrevKv is null ? null : KeyValue(prefix, response.PrevKv), response.Header.Revision);

    public static DeleteResult Delete(KeyPrefix prefix, Etcd.DeleteRangeResponse response) =>
        new(response.Deleted, KeyValues(prefix, response.PrevKvs), response.Header.Revision);

    public static KeyValue KeyValue(KeyPrefix prefix, Etcd.KeyValue key) => new(
        prefix.Remove(key.Key), key.Value.Memory, key.CreateRevision, key.ModRevision, key.Version, new LeaseId(key.Lease));

    public static KeyValue[] KeyValues(KeyPrefix prefix, RepeatedField<Etcd.KeyValue> keys)
    {
        var translated = new KeyValue[keys.Count];
        for (var index = 0; index < translated.Length; index++)
        {
            translated[index] = KeyValue(prefix, keys[index]);
        }

        return translated;
    }
}
