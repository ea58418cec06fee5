using Google.Protobuf;

namespace Coordination.Conformance.Tests;

/// <summary>One Watch call. Reading waits for the server; the call's deadline bounds it.</summary>
public sealed class WatchStream(AsyncDuplexStreamingCall<WatchRequest, WatchResponse> call) : IDisposable
{
    public Task Send(WatchRequest request) => call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);

    public Task Create(WatchCreateRequest request) => Send(new WatchRequest { CreateRequest = request });

    /// <summary>Creates a watcher and reads the response that says so, which must be the next.</summary>
    public async Task<WatchResponse> Watch(WatchCreateRequest request)
    {
        await Create(request);
        var response = await Next();
        Assert.True(response.Created);
        return response;
    }

    public Task<WatchResponse> Watch(ByteString key) => Watch(new WatchCreateRequest { Key = key });

    public Task Cancel(long watchId) =>
        Send(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = watchId } });

    public Task RequestProgress() => Send(new WatchRequest { ProgressRequest = new WatchProgressRequest() });

    /// <summary>Ends the client's half of the stream.</summary>
    public Task HalfClose() => call.RequestStream.CompleteAsync();

    public async Task<WatchResponse> Next()
    {
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken), "The server ended the stream.");
        return call.ResponseStream.Current;
    }

    /// <summary>The next <paramref name="count"/> events, in however many responses they come.</summary>
    public async Task<List<Event>> Events(int count)
    {
        var events = new List<Event>();
        while (events.Count < count)
        {
            events.AddRange((await Next()).Events);
        }

        Assert.Equal(count, events.Count);
        return events;
    }

    public void Dispose() => call.Dispose();
}
