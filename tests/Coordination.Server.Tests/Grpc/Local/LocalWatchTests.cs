using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using Call = Grpc.Core.AsyncDuplexStreamingCall<Coordination.Protocol.Etcd.WatchRequest, Coordination.Protocol.Etcd.WatchResponse>;

namespace Coordination.Server.Tests;

public sealed class LocalWatchTests
{
    private static readonly byte[] Key = [1, 2];

    [Fact]
    public async Task Events_come_as_they_do_over_a_connection()
    {
        await using var server = await WatchServer.StartAsync();
        using var call = server.OpenLocally();
        await CreateAsync(call);
        long revision = await server.PutAsync(Key, [7]);

        var told = await NextAsync(call);

        Assert.Equal((11UL, 12UL, revision), (told.Header.ClusterId, told.Header.MemberId, told.Header.Revision));
        Assert.Equal(ByteString.CopyFrom(7), Assert.Single(told.Events).Kv.Value);
    }

    [Fact]
    public async Task Large_values_and_many_responses_arrive_whole_at_a_reader_that_begins_late()
    {
        await using var server = await WatchServer.StartAsync();
        using var call = server.OpenLocally();
        await CreateAsync(call);
        byte[] value = new byte[1_000_000];
        Random.Shared.NextBytes(value);
        for (byte i = 0; i < 10; i++)
        {
            await server.PutAsync(Key, value);
            await server.PutAsync(Key, [i]);
        }

        var told = new List<ByteString>();
        while (told.Count < 20)
        {
            told.AddRange((await NextAsync(call)).Events.Select(static change => change.Kv.Value));
        }

        for (byte i = 0; i < 10; i++)
        {
            Assert.Equal(ByteString.CopyFrom(value), told[2 * i]);
            Assert.Equal(ByteString.CopyFrom(i), told[(2 * i) + 1]);
        }
    }

    [Fact]
    public async Task A_reader_that_leaves_ends_its_wait()
    {
        await using var server = await WatchServer.StartAsync();
        var call = server.OpenLocally();
        await CreateAsync(call);
        using var left = new CancellationTokenSource();
        var next = call.ResponseStream.MoveNext(left.Token);

        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        call.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.ResponseStream.MoveNext(Cancelled));
    }

    [Fact]
    public async Task Whoever_insists_on_a_leader_is_told_that_there_is_none()
    {
        await using var server = await WatchServer.StartAsync();
        using var call = server.OpenLocally(needsLeader: true);
        await CreateAsync(call);
        server.HasLeader = false;

        for (int i = 0; i < 3; i++)
        {
            server.Advance(WatchServer.ElectionTimeout);
        }

        var end = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancelled));
        Assert.Equal(EtcdErrors.NoLeader, end.Status);
    }

    [Fact]
    public async Task A_server_that_stops_says_so()
    {
        await using var server = await WatchServer.StartAsync();
        using var call = server.OpenLocally();
        await CreateAsync(call);

        await server.StopAsync();

        var end = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancelled));
        Assert.Equal(EtcdErrors.Stopped, end.Status);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static async Task CreateAsync(Call call)
    {
        var create = new WatchCreateRequest { Key = ByteString.CopyFrom(Key) };
        await call.RequestStream.WriteAsync(new WatchRequest { CreateRequest = create }, Cancelled);
        Assert.True((await NextAsync(call)).Created);
    }

    private static async Task<WatchResponse> NextAsync(Call call)
    {
        Assert.True(await call.ResponseStream.MoveNext(Cancelled));
        return call.ResponseStream.Current;
    }
}
