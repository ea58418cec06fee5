using Google.Protobuf;

namespace Coordination.Client.Tests;

/// <summary>A watch stream at a <see cref="FakeServer"/>, which the test serves.</summary>
public sealed class WatchCall(
    IAsyncStreamReader<Etcd.WatchRequest> requests, IServerStreamWriter<Etcd.WatchResponse> responses, ServerCallContext context)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the test ends the stream, or the client does.</summary>
    public Task Ended => _end.Task.WaitAsync(context.CancellationToken);

    /// <summary>What the client carries to show who it is.</summary>
    public string? Token { get; } = context.RequestHeaders.GetValue("authorization");

    /// <summary>A change of a key at a revision.</summary>
    public static Etcd.Event Put(string key, long revision) => new()
    {
        Kv = new Etcd.KeyValue { Key = ByteString.CopyFromUtf8(key), ModRevision = revision, CreateRevision = revision, Version = 1 },
    };

    /// <summary>Reads the client's request for a watcher and says that it was made, at a revision of the store.</summary>
    public async Task<Etcd.WatchCreateRequest> Create(long revision)
    {
        var request = await NextRequest();
        await Send(new Etcd.WatchResponse { Created = true, Header = new Etcd.ResponseHeader { Revision = revision } });
        return request;
    }

    /// <summary>The client's request for a watcher.</summary>
    public async Task<Etcd.WatchCreateRequest> NextRequest()
    {
        Assert.True(await requests.MoveNext(TestLimits.Token));
        return requests.Current.CreateRequest;
    }

    /// <summary>Sends changes in one message.</summary>
    public Task Send(params IEnumerable<Etcd.Event> events) => Send(isPart: false, events);

    /// <summary>Sends changes in one message, which may be a part of a larger one.</summary>
    public Task Send(bool isPart, params IEnumerable<Etcd.Event> events) => Send(new Etcd.WatchResponse
    {
        Header = new Etcd.ResponseHeader { Revision = 1_000 },
        Fragment = isPart,
        Events = { events },
    });

    /// <summary>Sends a message.</summary>
    public Task Send(Etcd.WatchResponse response) => responses.WriteAsync(response, TestLimits.Token);

    /// <summary>Ends the stream with an error.</summary>
    public void Break() => _end.TrySetException(new RpcException(new Status(StatusCode.Unavailable, "etcdserver: no leader")));
}
