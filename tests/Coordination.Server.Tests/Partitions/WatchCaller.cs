using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Coordination.Server.Tests;

/// <summary>A client with one call of the Watch service, and what it is told in short.</summary>
internal sealed class WatchCaller(GrpcChannel channel) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly AsyncDuplexStreamingCall<WatchRequest, WatchResponse> _call =
        new Watch.WatchClient(channel).Watch(cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Asks for a watch on a key or, with an end, a range; "*" for no end.</summary>
    public Task SendAsync(string key, string? end = null, long from = 0, long id = 0, bool withPrevious = false) =>
        SendAsync(new WatchRequest
        {
            CreateRequest = new WatchCreateRequest
            {
                Key = ByteString.CopyFromUtf8(key),
                RangeEnd = end == "*" ? ByteString.CopyFrom(0) : ByteString.CopyFromUtf8(end ?? ""),
                StartRevision = from,
                WatchId = id,
                PrevKv = withPrevious,
            },
        });

    public Task CancelAsync(long id) => SendAsync(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = id } });

    public Task AskProgressAsync() => SendAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() });

    /// <summary>Asks for a watch that must be created; the answer.</summary>
    public async Task<WatchResponse> CreateAsync(string key, string? end = null, long from = 0, long id = 0)
    {
        await SendAsync(key, end, from, id);
        var created = await NextAsync();
        Assert.True(created is { Created: true, Canceled: false }, $"{created}");
        return created;
    }

    public async Task<WatchResponse> NextAsync()
    {
        Assert.True(await _call.ResponseStream.MoveNext(TestContext.Current.CancellationToken)
            .WaitAsync(Limit, TestContext.Current.CancellationToken), "The call ended.");
        return _call.ResponseStream.Current;
    }

    /// <summary>The next response: the watch and its events.</summary>
    public async Task<string> SayAsync()
    {
        var told = await NextAsync();
        string detail = told switch
        {
            { Canceled: true, CompactRevision: > 0 } => $"compacted {told.CompactRevision}",
            { Created: true, Canceled: true } => $"refused: {told.CancelReason}",
            { Created: true } => $"created @{told.Header.Revision}",
            { Canceled: true } => "canceled",
            { Events.Count: 0 } => $"progress {told.Header.Revision}",
            _ => string.Join(' ', told.Events.Select(Describe)),
        };
        return $"{told.WatchId} {detail}";
    }

    public async Task<string[]> SayAsync(int count)
    {
        string[] said = new string[count];
        for (int i = 0; i < count; i++)
        {
            said[i] = await SayAsync();
        }

        return said;
    }

    public void Dispose() => _call.Dispose();

    private static string Describe(Event told)
    {
        string key = $"{told.Kv.ModRevision}:{told.Kv.Key.ToStringUtf8()}";
        return told.Type == Event.Types.EventType.Delete ? $"{key} gone" : $"{key}={told.Kv.Value.ToStringUtf8()}";
    }

    private Task SendAsync(WatchRequest request) => _call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
}
