using Coordination.Protocol.Etcd;
using Grpc.Core;

namespace Coordination.Server.Tests;

public sealed class LocalCallsTests
{
    private const string RangePath = "/etcdserverpb.KV/Range";

    private static readonly Metadata LeaderRequired = new() { { "hasleader", "true" } };

    [Fact]
    public async Task A_call_is_carried_to_the_method_of_its_name_as_it_is()
    {
        await using var server = await WatchServer.StartAsync();
        var request = new RangeRequest();
        var response = new RangeResponse();
        RangeRequest? asked = null;
        server.LocalMethods.Add<RangeRequest, RangeResponse>(RangePath, message =>
        {
            asked = message;
            return ValueTask.FromResult(response);
        });

        Assert.Same(response, await RangeAsync(server, request));
        Assert.Same(request, asked);
    }

    [Fact]
    public async Task A_refusal_comes_back_as_it_was_thrown()
    {
        await using var server = await WatchServer.StartAsync();
        server.LocalMethods.Add<RangeRequest, RangeResponse>(RangePath, static _ => throw EtcdErrors.Refuse(EtcdErrors.Compacted));

        Assert.Equal(EtcdErrors.Compacted, (await Assert.ThrowsAsync<RpcException>(() => RangeAsync(server, new()))).Status);
    }

    [Fact]
    public async Task A_stream_is_carried_to_the_method_of_its_name_and_ends_as_that_does()
    {
        await using var server = await WatchServer.StartAsync();
        server.LocalMethods.AddStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse>(
            "/etcdserverpb.Lease/LeaseKeepAlive",
            static async (requests, responses, ended) =>
            {
                while (await requests.MoveNext(ended))
                {
                    await responses.WriteAsync(new LeaseKeepAliveResponse { ID = requests.Current.ID }, ended);
                }

                throw EtcdErrors.Refuse(EtcdErrors.LeaseNotFound);
            });
        using var call = new Lease.LeaseClient(server.LocalCalls).LeaseKeepAlive(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = 1 }, TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = 2 }, TestContext.Current.CancellationToken);
        await call.RequestStream.CompleteAsync();

        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(1, call.ResponseStream.Current.ID);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var end = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(EtcdErrors.LeaseNotFound, end.Status);
    }

    [Fact]
    public async Task A_stream_that_insists_on_a_leader_is_refused_without_one()
    {
        await using var server = await WatchServer.StartAsync();
        server.LocalMethods.AddStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse>(
            "/etcdserverpb.Lease/LeaseKeepAlive", static (_, _, _) => Task.CompletedTask);
        server.HasLeader = false;

        var refusal = Assert.Throws<RpcException>(() => new Lease.LeaseClient(server.LocalCalls).LeaseKeepAlive(
            LeaderRequired, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(EtcdErrors.NoLeader, refusal.Status);
    }

    [Fact]
    public async Task A_method_that_nobody_serves_is_refused_by_its_name()
    {
        await using var server = await WatchServer.StartAsync();

        var refusal = await Assert.ThrowsAsync<RpcException>(() => RangeAsync(server, new()));

        Assert.Equal(new Status(StatusCode.Unimplemented, "unknown method Range for service etcdserverpb.KV"), refusal.Status);
    }

    [Fact]
    public async Task A_call_that_insists_on_a_leader_is_refused_without_one()
    {
        await using var server = await WatchServer.StartAsync();
        server.LocalMethods.Add<RangeRequest, RangeResponse>(RangePath, static _ => ValueTask.FromResult(new RangeResponse()));
        server.HasLeader = false;

        await RangeAsync(server, new());
        var refusal = await Assert.ThrowsAsync<RpcException>(() => RangeAsync(server, new(), LeaderRequired));

        Assert.Equal(EtcdErrors.NoLeader, refusal.Status);
    }

    [Fact]
    public async Task A_call_that_is_given_up_is_not_waited_for()
    {
        await using var server = await WatchServer.StartAsync();
        var answer = new TaskCompletionSource<RangeResponse>();
        server.LocalMethods.Add<RangeRequest, RangeResponse>(RangePath, _ => new ValueTask<RangeResponse>(answer.Task));
        using var left = new CancellationTokenSource();
        using var asking = new KV.KVClient(server.LocalCalls).RangeAsync(new(), cancellationToken: left.Token);

        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.ResponseAsync);
    }

    private static async Task<RangeResponse> RangeAsync(WatchServer server, RangeRequest request, Metadata? headers = null) =>
        await new KV.KVClient(server.LocalCalls).RangeAsync(
            request, headers, cancellationToken: TestContext.Current.CancellationToken);
}
