namespace Coordination.Client.Tests;

/// <summary>The watch service of a <see cref="FakeServer"/>.</summary>
public sealed class FakeWatches : Etcd.Watch.WatchBase
{
    private readonly Channel<WatchCall> _calls = Channel.CreateUnbounded<WatchCall>();

    public override async Task Watch(
        IAsyncStreamReader<Etcd.WatchRequest> requestStream,
        IServerStreamWriter<Etcd.WatchResponse> responseStream,
        ServerCallContext context)
    {
        var call = new WatchCall(requestStream, responseStream, context);
        _calls.Writer.TryWrite(call);
        await call.Ended;
    }

    /// <summary>The next stream that a client opens.</summary>
    public Task<WatchCall> NextCall() => _calls.Reader.ReadAsync(TestLimits.Token).AsTask();
}
