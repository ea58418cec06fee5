using Coordination.Protocol.Etcd;
using Coordination.StateMachine;
using Google.Protobuf;
using KeyValue = Coordination.Protocol.Etcd.KeyValue;
using SortOrder = Coordination.Protocol.Etcd.RangeRequest.Types.SortOrder;
using SortTarget = Coordination.Protocol.Etcd.RangeRequest.Types.SortTarget;

namespace Coordination.Server;

/// <summary>
/// A range whose keys are in several partitions, put together from what each of them answers at present. Each part is of one moment of its
/// partition; the whole is of none. The header is that of the part with the greatest revision.
/// </summary>
internal static class MergedRange
{
    public static async ValueTask<RangeResponse> ReadAsync(
        PartitionStores stores, IReadOnlyList<PartitionSlice> slices, RangeRequest request)
    {
        // Each part may be all that is wanted, so each is asked for as much.
        RangeResponse[] parts = await Task.WhenAll(
            slices.Select(slice => stores.For(slice.Partition).RangeAsync(PartOf(request, slice.Range)).AsTask())).ConfigureAwait(false);
        var merged = new RangeResponse
        {
            Header = parts.MaxBy(static part => part.Header.Revision)!.Header,
            Count = parts.Sum(static part => part.Count),
            More = parts.Any(static part => part.More),
        };
        KeyValue[] found = [.. Sort(parts.SelectMany(static part => part.Kvs), request)];
        merged.More |= request.Limit > 0 && found.Length > request.Limit;
        merged.Kvs.AddRange(request.Limit > 0 ? found.Take((int)Math.Min(request.Limit, int.MaxValue)) : found);
        return merged;
    }

    private static RangeRequest PartOf(RangeRequest request, KeyRange range)
    {
        var part = request.Clone();
        part.Key = ByteString.CopyFrom(range.Start is [] ? [0] : range.Start);
        part.RangeEnd = ByteString.CopyFrom(range.End ?? [0]);
        return part;
    }

    /// <summary>The parts come in the order of their keys, and each is sorted as asked.</summary>
    private static IEnumerable<KeyValue> Sort(IEnumerable<KeyValue> found, RangeRequest request)
    {
        // As in etcd, a target without an order means ascending, unless it is the key, which is the order anyway.
        bool isSorted = request.SortTarget == SortTarget.Key && request.SortOrder != SortOrder.Descend;
        if (isSorted)
        {
            return found;
        }

        bool descends = request.SortOrder == SortOrder.Descend;
        return request.SortTarget switch
        {
            SortTarget.Version => Order(found, descends, static pair => pair.Version, Comparer<long>.Default),
            SortTarget.Create => Order(found, descends, static pair => pair.CreateRevision, Comparer<long>.Default),
            SortTarget.Mod => Order(found, descends, static pair => pair.ModRevision, Comparer<long>.Default),
            SortTarget.Value => Order(found, descends, static pair => pair.Value, ByteStringComparer.Instance),
            _ => Order(found, descends, static pair => pair.Key, ByteStringComparer.Instance),
        };
    }

    private static IOrderedEnumerable<KeyValue> Order<TKey>(
        IEnumerable<KeyValue> found, bool descends, Func<KeyValue, TKey> target, IComparer<TKey> comparer) =>
        descends ? found.OrderByDescending(target, comparer) : found.OrderBy(target, comparer);
}
