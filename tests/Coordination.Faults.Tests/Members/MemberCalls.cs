using Coordination.Protocol.V1;
using Grpc.Net.Client;

namespace Coordination.Faults.Tests;

/// <summary>The calls of the protocol to one member, each within a limit. Thread-safe.</summary>
public sealed class MemberCalls(GrpcChannel channel)
{
    /// <summary>More than an election at the timeouts of these tests, and less than a fault lasts.</summary>
    public static readonly TimeSpan CallMax = TimeSpan.FromMilliseconds(2500);

    /// <summary>More than the member takes for a change of the partitions before it says that it goes on by itself.</summary>
    private static readonly TimeSpan PartitionChangeMax = TimeSpan.FromSeconds(10);

    private readonly Etcd.KV.KVClient _keyValues = new(channel);
    private readonly Etcd.Lease.LeaseClient _leases = new(channel);
    private readonly Etcd.Watch.WatchClient _watches = new(channel);
    private readonly Etcd.Maintenance.MaintenanceClient _maintenance = new(channel);
    private readonly Partitions.PartitionsClient _partitions = new(channel);

    public async Task<Etcd.RangeResponse> Range(Etcd.RangeRequest request, CancellationToken stop = default) =>
        await _keyValues.RangeAsync(request, Bounded(CallMax, stop));

    public async Task<Etcd.PutResponse> Put(Etcd.PutRequest request) => await _keyValues.PutAsync(request, Bounded(CallMax));

    public async Task<Etcd.DeleteRangeResponse> Delete(Etcd.DeleteRangeRequest request) =>
        await _keyValues.DeleteRangeAsync(request, Bounded(CallMax));

    public async Task<Etcd.TxnResponse> Txn(Etcd.TxnRequest request) => await _keyValues.TxnAsync(request, Bounded(CallMax));

    public async Task<Etcd.CompactionResponse> Compact(long revision) =>
        await _keyValues.CompactAsync(new Etcd.CompactionRequest { Revision = revision, Physical = true }, Bounded(CallMax));

    public async Task<Etcd.LeaseGrantResponse> Grant(long lease, long seconds) =>
        await _leases.LeaseGrantAsync(new Etcd.LeaseGrantRequest { ID = lease, TTL = seconds }, Bounded(CallMax));

    public async Task<Etcd.LeaseRevokeResponse> Revoke(long lease) =>
        await _leases.LeaseRevokeAsync(new Etcd.LeaseRevokeRequest { ID = lease }, Bounded(CallMax));

    /// <summary>Renews a lease once; the time to live that is left, 0 when there is no such lease.</summary>
    public async Task<long> Renew(long lease)
    {
        using var call = _leases.LeaseKeepAlive(Bounded(CallMax));
        await Write(call.RequestStream, new Etcd.LeaseKeepAliveRequest { ID = lease });
        return await call.ResponseStream.MoveNext(CancellationToken.None)
            ? call.ResponseStream.Current.TTL
            : throw new RpcException(new Status(StatusCode.Unavailable, "The stream ended without an answer."));
    }

    /// <summary>A stream of watches, until it is disposed of or broken.</summary>
    public AsyncDuplexStreamingCall<Etcd.WatchRequest, Etcd.WatchResponse> Watch(CancellationToken stop) =>
        _watches.Watch(new CallOptions(cancellationToken: stop));

    public async Task<Etcd.StatusResponse> Status(TimeSpan limit) =>
        await _maintenance.StatusAsync(new Etcd.StatusRequest(), Bounded(limit));

    public async Task<Etcd.HashKVResponse> HashKV(long revision) =>
        await _maintenance.HashKVAsync(new Etcd.HashKVRequest { Revision = revision }, Bounded(CallMax));

    /// <summary>Every partition, as far as the member knows.</summary>
    public async Task<IReadOnlyList<Partition>> Partitions() =>
        (await _partitions.ListPartitionsAsync(new ListPartitionsRequest(), Bounded(CallMax))).Partitions;

    public async Task CreatePartition(string prefix, uint replicas) => await _partitions.CreatePartitionAsync(
        new CreatePartitionRequest { Prefix = StoreMessages.Bytes(prefix), ReplicaCount = replicas }, Bounded(PartitionChangeMax));

    public async Task DropPartition(uint partition) =>
        await _partitions.DropPartitionAsync(new DropPartitionRequest { PartitionId = partition }, Bounded(PartitionChangeMax));

    /// <summary>The revision up to which the history of some keys is gone; null while it is whole.</summary>
    public async Task<long?> FindCompacted(KeyRange range)
    {
        Etcd.WatchRequest create = new()
        {
            CreateRequest = new Etcd.WatchCreateRequest
            {
                Key = StoreMessages.Bytes(range.Key),
                RangeEnd = StoreMessages.Bytes(range.End),
                StartRevision = 1,
            },
        };
        using var stream = _watches.Watch(Bounded(CallMax));
        await Write(stream.RequestStream, create);
        while (await stream.ResponseStream.MoveNext(CancellationToken.None))
        {
            var response = stream.ResponseStream.Current;
            if (response.Canceled)
            {
                return response.CompactRevision;
            }

            if (response.Events.Count > 0)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Writes to a stream. A connection that breaks in between is no other error than one that breaks before or after.</summary>
    /// <exception cref="RpcException">The stream is broken.</exception>
    public static async Task Write<T>(IClientStreamWriter<T> stream, T message, CancellationToken stop = default)
    {
        try
        {
            await stream.WriteAsync(message, stop);
        }
        catch (IOException broken)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, broken.Message));
        }
    }

    private static CallOptions Bounded(TimeSpan limit, CancellationToken stop = default) =>
        new(deadline: DateTime.UtcNow + limit, cancellationToken: stop);
}
