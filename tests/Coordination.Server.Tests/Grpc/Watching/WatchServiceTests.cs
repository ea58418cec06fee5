using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using Call = Grpc.Core.AsyncDuplexStreamingCall<Coordination.Protocol.Etcd.WatchRequest, Coordination.Protocol.Etcd.WatchResponse>;

namespace Coordination.Server.Tests;

/// <summary>
/// What only shows on a connection; what watches tell is tested where it is decided, and black box with the other services.
/// </summary>
public sealed class WatchServiceTests
{
    private static readonly byte[] Key = [1, 2];

    [Fact]
    public async Task Events_come_to_the_client_with_the_headers_of_the_node()
    {
        await using var server = await WatchServer.StartAsync();
        using var call = server.Open();
        var created = await CreateAsync(call);
        long revision = await server.PutAsync(Key, [7]);

        var told = await NextAsync(call);

        Assert.Equal((11UL, 12UL, revision - 1), (created.Header.ClusterId, created.Header.MemberId, created.Header.Revision));
        Assert.True(created.Header.RaftTerm > 0);
        Assert.Equal((revision, ByteString.CopyFrom(7)), (told.Header.Revision, Assert.Single(told.Events).Kv.Value));
    }

    [Fact]
    public async Task Events_keep_coming_after_the_client_has_ended_its_requests()
    {
        await using var server = await WatchServer.StartAsync();
        using var call = server.Open();
        await CreateAsync(call);

        await call.RequestStream.CompleteAsync();
        for (int i = 0; i < 3; i++)
        {
            long revision = await server.PutAsync(Key, [7]);
            Assert.Equal(revision, Assert.Single((await NextAsync(call)).Events).Kv.ModRevision);
        }
    }

    [Fact]
    public async Task Large_values_and_many_responses_arrive_whole()
    {
        await using var server = await WatchServer.StartAsync();
        using var call = server.Open();
        for (int i = 0; i < 50; i++)
        {
            await CreateAsync(call);
        }

        byte[] value = new byte[1_000_000];
        Random.Shared.NextBytes(value);
        await server.PutAsync(Key, value);
        await server.PutAsync(Key, [1]);

        var told = new List<WatchResponse>();
        while (told.Count < 100)
        {
            told.Add(await NextAsync(call));
        }

        Assert.Equal(50, told.Count(response => response.Events[0].Kv.Value.Span.SequenceEqual(value)));
        Assert.Equal(50, told.Count(static response => response.Events[0].Kv.Value.Length == 1));
    }

    [Fact]
    public async Task A_cancelled_call_takes_its_watchers_along()
    {
        await using var server = await WatchServer.StartAsync();
        using var kept = server.Open();
        await CreateAsync(kept);
        using (var call = server.Open())
        {
            await CreateAsync(call);
            Assert.Equal(2, server.Hub.WatcherCount);
        }

        // The other stream can tell when: each answer is a turn of the hub, and the server learns of the cancellation in time.
        while (server.Hub.StreamCount > 1)
        {
            await AskProgressAsync(kept);
            await NextAsync(kept);
        }

        Assert.Equal(1, server.Hub.WatcherCount);
    }

    [Fact]
    public async Task A_request_that_is_no_watch_request_is_passed_over()
    {
        await using var server = await WatchServer.StartAsync();
        using var call = server.Open();

        await call.RequestStream.WriteAsync(new WatchRequest(), TestContext.Current.CancellationToken);

        Assert.Equal(0, (await CreateAsync(call)).WatchId);
    }

    [Fact]
    public async Task Without_a_leader_a_call_that_needs_one_is_refused_and_others_are_not()
    {
        await using var server = await WatchServer.StartAsync();
        server.HasLeader = false;
        using var refused = server.Open(needsLeader: true);
        using var other = server.Open();

        await EndsWithAsync(refused, StatusCode.Unavailable, "etcdserver: no leader");

        await CreateAsync(other);
    }

    [Fact]
    public async Task A_call_that_needs_a_leader_ends_when_there_is_none_for_too_long()
    {
        await using var server = await WatchServer.StartAsync();
        using var ended = server.Open(needsLeader: true);
        using var other = server.Open();
        await CreateAsync(ended);
        await CreateAsync(other);
        server.HasLeader = false;

        server.Advance(3 * WatchServer.ElectionTimeout);

        await EndsWithAsync(ended, StatusCode.Unavailable, "etcdserver: no leader");
        long revision = await server.PutAsync(Key, [7]);
        Assert.Equal(revision, (await NextAsync(other)).Header.Revision);
    }

    [Fact]
    public async Task Calls_end_when_the_replica_stops()
    {
        await using var server = await WatchServer.StartAsync();
        using var call = server.Open();
        await CreateAsync(call);

        await server.StopReplicaAsync();

        await EndsWithAsync(call, StatusCode.Unavailable, "etcdserver: server stopped");
    }

    [Fact]
    public async Task Calls_do_not_hold_up_a_node_that_stops()
    {
        await using var server = await WatchServer.StartAsync();
        using var call = server.Open();
        await CreateAsync(call);

        // A client that reads, as clients do: only so does it see that the call is over, and closes the connection that the server waits
        // half a minute for. Whether the last words still reach it is a race that gRPC does not decide.
        var last = Assert.ThrowsAsync<RpcException>(() => NextAsync(call));
        var stopping = server.StopAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        await last;
    }

    [Fact]
    public async Task A_request_that_is_too_large_ends_the_call_with_its_own_error()
    {
        await using var server = await WatchServer.StartAsync();
        using var call = server.Open();

        var answer = NextAsync(call);

        // Writing may or may not notice that the server has had enough.
        await Record.ExceptionAsync(() => call.RequestStream.WriteAsync(
            new WatchRequest { CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFrom(new byte[5 << 20]) } },
            TestContext.Current.CancellationToken));

        var refusal = await Assert.ThrowsAsync<RpcException>(() => answer);
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
    }

    private static async Task<WatchResponse> CreateAsync(Call call)
    {
        await call.RequestStream.WriteAsync(
            new WatchRequest { CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFrom(Key) } },
            TestContext.Current.CancellationToken);
        var created = await NextAsync(call);
        Assert.True(created.Created);
        return created;
    }

    private static Task AskProgressAsync(Call call) => call.RequestStream.WriteAsync(
        new WatchRequest { ProgressRequest = new WatchProgressRequest() }, TestContext.Current.CancellationToken);

    private static async Task<WatchResponse> NextAsync(Call call)
    {
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken), "The call ended.");
        return call.ResponseStream.Current;
    }

    private static async Task EndsWithAsync(Call call, StatusCode code, string text)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal((code, text), (refusal.StatusCode, refusal.Status.Detail));
    }
}
