using Coordination.Protocol.Etcd.Elections;
using Coordination.Protocol.Etcd.Locks;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Coordination.Conformance.Tests;

/// <summary>The raw calls of the protocol on one channel. Each is bounded: by a deadline and by the end of the test.</summary>
public class Connection(GrpcChannel channel)
{
    private static readonly TimeSpan CallMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StreamMax = TimeSpan.FromSeconds(40);

    private readonly KV.KVClient _keyValues = new(channel);
    private readonly Lease.LeaseClient _leases = new(channel);
    private readonly Watch.WatchClient _watches = new(channel);
    private readonly Maintenance.MaintenanceClient _maintenance = new(channel);
    private readonly Cluster.ClusterClient _cluster = new(channel);
    private readonly Protocol.Etcd.Locks.Lock.LockClient _locks = new(channel);
    private readonly Election.ElectionClient _elections = new(channel);

    public async Task<RangeResponse> Range(RangeRequest request) => await _keyValues.RangeAsync(request, Bounded(CallMax));

    public async Task<PutResponse> Put(PutRequest request) => await _keyValues.PutAsync(request, Bounded(CallMax));

    public async Task<DeleteRangeResponse> Delete(DeleteRangeRequest request) =>
        await _keyValues.DeleteRangeAsync(request, Bounded(CallMax));

    public async Task<TxnResponse> Txn(TxnRequest request) => await _keyValues.TxnAsync(request, Bounded(CallMax));

    public async Task<CompactionResponse> Compact(CompactionRequest request) =>
        await _keyValues.CompactAsync(request, Bounded(CallMax));

    public async Task<LeaseGrantResponse> Grant(LeaseGrantRequest request) => await _leases.LeaseGrantAsync(request, Bounded(CallMax));

    public async Task<LeaseRevokeResponse> Revoke(long lease) =>
        await _leases.LeaseRevokeAsync(new LeaseRevokeRequest { ID = lease }, Bounded(CallMax));

    public async Task<LeaseTimeToLiveResponse> TimeToLive(long lease, bool keys = false) =>
        await _leases.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = lease, Keys = keys }, Bounded(CallMax));

    public async Task<LeaseLeasesResponse> Leases() => await _leases.LeaseLeasesAsync(new LeaseLeasesRequest(), Bounded(CallMax));

    public KeepAliveStream KeepAlive() => new(_leases.LeaseKeepAlive(Bounded(StreamMax)));

    public WatchStream Watch(Metadata? metadata = null) => new(_watches.Watch(Bounded(StreamMax).WithHeaders(metadata ?? [])));

    public async Task<StatusResponse> Status() => await _maintenance.StatusAsync(new StatusRequest(), Bounded(CallMax));

    public async Task<HashResponse> Hash() => await _maintenance.HashAsync(new HashRequest(), Bounded(CallMax));

    public async Task<HashKVResponse> HashKV(long revision = 0) =>
        await _maintenance.HashKVAsync(new HashKVRequest { Revision = revision }, Bounded(CallMax));

    public async Task<AlarmResponse> Alarm(AlarmRequest request) => await _maintenance.AlarmAsync(request, Bounded(CallMax));

    public async Task<DefragmentResponse> Defragment() => await _maintenance.DefragmentAsync(new DefragmentRequest(), Bounded(CallMax));

    public async Task<MoveLeaderResponse> MoveLeader(ulong member) =>
        await _maintenance.MoveLeaderAsync(new MoveLeaderRequest { TargetID = member }, Bounded(CallMax));

    public async Task<IReadOnlyList<SnapshotResponse>> Snapshot()
    {
        using var call = _maintenance.Snapshot(new SnapshotRequest(), Bounded(StreamMax));
        var parts = new List<SnapshotResponse>();
        await foreach (var part in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            parts.Add(part);
        }

        return parts;
    }

    public async Task<MemberListResponse> MemberList(bool linearizable = false) =>
        await _cluster.MemberListAsync(new MemberListRequest { Linearizable = linearizable }, Bounded(CallMax));

    /// <summary>Begins to wait for a lock; disposal takes the call back.</summary>
    public AsyncUnaryCall<LockResponse> BeginLock(LockRequest request) => _locks.LockAsync(request, Bounded(StreamMax));

    public async Task<LockResponse> Lock(LockRequest request)
    {
        using var call = BeginLock(request);
        return await call;
    }

    public async Task<UnlockResponse> Unlock(ByteString key) =>
        await _locks.UnlockAsync(new UnlockRequest { Key = key }, Bounded(CallMax));

    /// <summary>Begins to wait for a leadership; disposal takes the call back.</summary>
    public AsyncUnaryCall<CampaignResponse> BeginCampaign(CampaignRequest request) => _elections.CampaignAsync(request, Bounded(StreamMax));

    public async Task<CampaignResponse> Campaign(CampaignRequest request)
    {
        using var call = BeginCampaign(request);
        return await call;
    }

    public async Task<ProclaimResponse> Proclaim(LeaderKey? leader, string value) =>
        await _elections.ProclaimAsync(new ProclaimRequest { Leader = leader, Value = Bytes.Of(value) }, Bounded(CallMax));

    public async Task<LeaderResponse> Leader(ByteString name) =>
        await _elections.LeaderAsync(new LeaderRequest { Name = name }, Bounded(CallMax));

    public AsyncServerStreamingCall<LeaderResponse> Observe(ByteString name) =>
        _elections.Observe(new LeaderRequest { Name = name }, Bounded(StreamMax));

    public async Task<ResignResponse> Resign(LeaderKey? leader) =>
        await _elections.ResignAsync(new ResignRequest { Leader = leader }, Bounded(CallMax));

    /// <summary>A unary call by name, for methods that no release has.</summary>
    public async Task<TResponse> Call<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(method, host: null, Bounded(CallMax), request);
        return await call.ResponseAsync;
    }

    private static CallOptions Bounded(TimeSpan limit) =>
        new(deadline: DateTime.UtcNow + limit, cancellationToken: TestContext.Current.CancellationToken);
}
