using Coordination.Protocol.Etcd;
using Coordination.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;
using MoveLeaderRequest = Coordination.Protocol.V1.MoveLeaderRequest;
using Partition = Coordination.Protocol.V1.Partition;

namespace Coordination.Server.Tests;

/// <summary>What a client of one member does to keys, leases and partitions, in few words.</summary>
internal sealed class PartitionClient(ChannelBase channel)
{
    private readonly KV.KVClient _kv = new(channel);
    private readonly Lease.LeaseClient _leases = new(channel);
    private readonly Partitions.PartitionsClient _partitions = new(channel);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<Partition> CreateAsync(string prefix, uint replicas = 0)
    {
        var request = new CreatePartitionRequest { Prefix = ByteString.CopyFromUtf8(prefix), ReplicaCount = replicas };
        return (await _partitions.CreatePartitionAsync(request, cancellationToken: Token)).Partition;
    }

    public async Task DropAsync(uint partition) =>
        await _partitions.DropPartitionAsync(new DropPartitionRequest { PartitionId = partition }, cancellationToken: Token);

    public async Task MoveLeaderAsync(uint partition, ulong member) => await _partitions.MoveLeaderAsync(
        new MoveLeaderRequest { PartitionId = partition, MemberId = member }, cancellationToken: Token);

    public async Task<Partition> MoveReplicaAsync(uint partition, ulong from, ulong to) => (await _partitions.MoveReplicaAsync(
        new MoveReplicaRequest { PartitionId = partition, FromMemberId = from, ToMemberId = to }, cancellationToken: Token)).Partition;

    public async Task<IReadOnlyList<Partition>> ListAsync() =>
        (await _partitions.ListPartitionsAsync(new ListPartitionsRequest(), cancellationToken: Token)).Partitions;

    /// <summary>Every partition, in words.</summary>
    public async Task<string> DescribeAsync() => string.Join(' ', (await ListAsync()).Select(static partition =>
        $"{partition.Id}:{partition.Prefix.ToStringUtf8()}:{partition.Replicas.Count}:{partition.Stage}"));

    public async Task<PutResponse> PutAsync(string key, string value = "v", long lease = 0) => await _kv.PutAsync(
        new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value), Lease = lease },
        cancellationToken: Token);

    public async Task<TxnResponse> TxnAsync(params PutRequest[] puts)
    {
        var txn = new TxnRequest();
        txn.Success.AddRange(puts.Select(static put => new RequestOp { RequestPut = put }));
        return await _kv.TxnAsync(txn, cancellationToken: Token);
    }

    public async Task<RangeResponse> RangeAsync(string key, string end = "", long revision = 0) => await _kv.RangeAsync(
        new RangeRequest { Key = ByteString.CopyFromUtf8(key), RangeEnd = ByteString.CopyFromUtf8(end), Revision = revision },
        cancellationToken: Token);

    /// <summary>The keys of a range, in words.</summary>
    public async Task<string> KeysAsync(string key, string end) =>
        string.Join(' ', (await RangeAsync(key, end)).Kvs.Select(static kv => kv.Key.ToStringUtf8()));

    public async Task<long> DeleteAsync(string key, string end = "") => (await _kv.DeleteRangeAsync(
        new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key), RangeEnd = ByteString.CopyFromUtf8(end) },
        cancellationToken: Token)).Deleted;

    public async Task<long> GrantAsync(long ttl, long id = 0) =>
        (await _leases.LeaseGrantAsync(new LeaseGrantRequest { TTL = ttl, ID = id }, cancellationToken: Token)).ID;

    public async Task RevokeAsync(long lease) =>
        await _leases.LeaseRevokeAsync(new LeaseRevokeRequest { ID = lease }, cancellationToken: Token);

    /// <summary>The keys of a lease, in words.</summary>
    public async Task<string> LeaseKeysAsync(long lease)
    {
        var found = await _leases.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = lease, Keys = true }, cancellationToken: Token);
        return string.Join(' ', found.Keys.Select(static key => key.ToStringUtf8()));
    }

    /// <summary>Asks until the answer is what is awaited.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            Token.ThrowIfCancellationRequested();
        }
    }

    public static async Task AssertRefusedAsync(StatusCode code, string reason, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((code, reason), (refusal.StatusCode, refusal.Status.Detail));
    }

    public static PutRequest Put(string key, long lease = 0) =>
        new() { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8("v"), Lease = lease };
}
