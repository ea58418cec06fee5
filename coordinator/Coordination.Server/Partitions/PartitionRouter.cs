using Coordination.Protocol.Etcd;
using Coordination.StateMachine;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Brings each request to the partition that has its keys. While keys move from one partition to another, requests about them wait. Leases
/// are shared with the partition of a key before the key is put. From any thread.
/// </summary>
/// <remarks>
/// A partition refuses what is not its own, and then nothing was done: so it may be tried again, with a newer map. What spans partitions is
/// refused, but for ranges of the present moment, which are put together (docs/partitions.md).
/// </remarks>
internal sealed class PartitionRouter
{
    private readonly PartitionMaps _maps;
    private readonly PartitionStores _stores;
    private readonly SharedLeases _leases;
    private readonly TimeSpan _requestTimeout;
    private readonly TimeProvider _time;

    public PartitionRouter(
        PartitionMaps maps, PartitionStores stores, SharedLeases leases, EtcdServiceOptions options, TimeProvider time)
    {
        _maps = maps;
        _stores = stores;
        _leases = leases;
        _requestTimeout = options.RequestTimeout;
        _time = time;
    }

    /// <summary>Reads a range, of several partitions if it has to.</summary>
    public ValueTask<RangeResponse> RangeAsync(RangeRequest request) => RouteAsync(
        request, static (self, map, request) => Split(map, request.Key, request.RangeEnd) switch
        {
            [] => self._stores.Default.RangeAsync(request),
            [var only] => self._stores.For(only.Partition).RangeAsync(request),
            var slices when request.Revision > 0 => throw EtcdErrors.Refuse(EtcdErrors.SpansPartitions(
                "a range at a revision", slices.Select(static slice => slice.Partition.Id).Distinct())),
            var slices => MergedRange.ReadAsync(self._stores, slices, request),
        });

    /// <summary>Writes a key.</summary>
    public ValueTask<PutResponse> PutAsync(PutRequest request) => RouteAsync(request, static (self, map, request) =>
    {
        var owner = map.OwnerOf(request.Key.Span);
        return request.Lease == 0 || owner.Id == 0
            ? self._stores.For(owner).PutAsync(request)
            : self.SharedAsync(owner, [request.Lease], request, static (store, request) => store.PutAsync(request));
    });

    /// <summary>Deletes a range, which has to be in one partition.</summary>
    public ValueTask<DeleteRangeResponse> DeleteRangeAsync(DeleteRangeRequest request) => RouteAsync(
        request, static (self, map, request) => Split(map, request.Key, request.RangeEnd) switch
        {
            [] => self._stores.Default.DeleteRangeAsync(request),
            [var only] => self._stores.For(only.Partition).DeleteRangeAsync(request),
            var slices => throw EtcdErrors.Refuse(EtcdErrors.SpansPartitions(
                "a deletion", slices.Select(static slice => slice.Partition.Id).Distinct())),
        });

    /// <summary>Carries out a transaction, all keys of which have to be in one partition.</summary>
    public ValueTask<TxnResponse> TxnAsync(TxnRequest request) => RouteAsync(request, static (self, map, request) =>
    {
        if (map.IsSingle)
        {
            return self._stores.Default.TxnAsync(request);
        }

        var scope = TxnScope.Of(request, map);
        return scope.Leases.Count == 0 || scope.Partition.Id == 0
            ? self._stores.For(scope.Partition).TxnAsync(request)
            : self.SharedAsync(scope.Partition, scope.Leases, request, static (store, request) => store.TxnAsync(request));
    });

    /// <summary>The parts of a range; none stands for the default partition, so that without others there is nothing to look for.</summary>
    private static IReadOnlyList<PartitionSlice> Split(PartitionMap map, ByteString key, ByteString rangeEnd) =>
        map.IsSingle ? [] : map.Split(KeyRange.FromRequest(key.Span, rangeEnd.Span));

    private async ValueTask<TResponse> RouteAsync<TRequest, TResponse>(
        TRequest request, Func<PartitionRouter, PartitionMap, TRequest, ValueTask<TResponse>> route)
    {
        long began = _time.GetTimestamp();
        while (true)
        {
            var map = _maps.Current;
            try
            {
                return await route(this, map, request).ConfigureAwait(false);
            }
            catch (RpcException refusal) when (EtcdErrors.Is(refusal, EtcdErrors.WrongPartition))
            {
                await AwaitChangeAsync(map, _requestTimeout - _time.GetElapsedTime(began)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Nothing was done, and somebody moves the keys: that ends with another map.</summary>
    private async Task AwaitChangeAsync(PartitionMap map, TimeSpan patience)
    {
        if (patience <= TimeSpan.Zero)
        {
            throw EtcdErrors.Refuse(EtcdErrors.WrongPartition);
        }

        using var enough = new CancellationTokenSource(patience, _time);
        try
        {
            await _maps.WaitForChangeAsync(map, enough.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw EtcdErrors.Refuse(EtcdErrors.WrongPartition);
        }
        catch (InvalidOperationException)
        {
            // The replica's word for having stopped.
            throw EtcdErrors.Refuse(EtcdErrors.Stopped);
        }
    }

    /// <summary>A request that attaches keys to leases, outside the partition that is the leases' home.</summary>
    private async ValueTask<TResponse> SharedAsync<TRequest, TResponse>(
        PartitionEntry owner, IReadOnlyCollection<long> wanted, TRequest request,
        Func<IPartitionStore, TRequest, ValueTask<TResponse>> call)
    {
        var store = _stores.For(owner);
        try
        {
            return await call(store, request).ConfigureAwait(false);
        }
        catch (RpcException refusal) when (EtcdErrors.Is(refusal, EtcdErrors.LeaseNotFound))
        {
            // As a rule it has not been shared with the partition yet.
            foreach (long lease in wanted)
            {
                await _leases.ShareAsync(lease, owner.Id, store).ConfigureAwait(false);
            }

            return await call(store, request).ConfigureAwait(false);
        }
    }
}
