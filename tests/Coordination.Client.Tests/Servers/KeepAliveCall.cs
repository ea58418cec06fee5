namespace Coordination.Client.Tests;

/// <summary>A keep-alive stream at a <see cref="FakeServer"/>, which the test serves.</summary>
public sealed class KeepAliveCall(
    IAsyncStreamReader<Etcd.LeaseKeepAliveRequest> requests,
    IServerStreamWriter<Etcd.LeaseKeepAliveResponse> responses,
    CancellationToken gone)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the test ends the stream, or the client does.</summary>
    public Task Ended => _end.Task.WaitAsync(gone);

    /// <summary>The lease of the next renewal that the client sends.</summary>
    public async Task<long> NextRequest()
    {
        Assert.True(await requests.MoveNext(TestLimits.Token));
        return requests.Current.ID;
    }

    /// <summary>Answers a renewal; with 0 seconds, that the lease is gone.</summary>
    public Task Answer(long lease, long ttlSeconds) => responses.WriteAsync(
        new Etcd.LeaseKeepAliveResponse { Header = new Etcd.ResponseHeader(), ID = lease, TTL = ttlSeconds },
        TestLimits.Token);

    /// <summary>Ends the stream with an error.</summary>
    public void Break() => _end.TrySetException(new RpcException(new Status(StatusCode.Unavailable, "etcdserver: no leader")));
}
