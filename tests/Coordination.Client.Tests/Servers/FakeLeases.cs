namespace Coordination.Client.Tests;

/// <summary>The lease service of a <see cref="FakeServer"/>.</summary>
public sealed class FakeLeases(FakeUsers users) : Etcd.Lease.LeaseBase
{
    private readonly Channel<KeepAliveCall> _calls = Channel.CreateUnbounded<KeepAliveCall>();

    private long _leases;

    /// <summary>What every granted lease gets, in seconds.</summary>
    public long TtlSeconds { get; set; } = 9;

    public override Task<Etcd.LeaseGrantResponse> LeaseGrant(Etcd.LeaseGrantRequest request, ServerCallContext context) =>
        Task.FromResult(new Etcd.LeaseGrantResponse
        {
            Header = new Etcd.ResponseHeader(),
            ID = request.ID == 0 ? Interlocked.Increment(ref _leases) : request.ID,
            TTL = TtlSeconds,
        });

    public override Task<Etcd.LeaseRevokeResponse> LeaseRevoke(Etcd.LeaseRevokeRequest request, ServerCallContext context) =>
        Task.FromResult(new Etcd.LeaseRevokeResponse { Header = new Etcd.ResponseHeader() });

    public override async Task LeaseKeepAlive(
        IAsyncStreamReader<Etcd.LeaseKeepAliveRequest> requestStream,
        IServerStreamWriter<Etcd.LeaseKeepAliveResponse> responseStream,
        ServerCallContext context)
    {
        users.Check(context);
        var call = new KeepAliveCall(requestStream, responseStream, context.CancellationToken);
        _calls.Writer.TryWrite(call);
        await call.Ended;
    }

    /// <summary>The next stream that a client opens.</summary>
    public Task<KeepAliveCall> NextCall() => _calls.Reader.ReadAsync(TestLimits.Token).AsTask();
}
