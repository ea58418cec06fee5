using Coordination.Protocol.Etcd;
using Coordination.Protocol.Etcd.Locks;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Coordination.Server.Tests;

/// <summary>What is not etcd's; what is, every server is asked for by the conformance tests.</summary>
public sealed class LockServiceTests
{
    private static readonly RangeRequest Line = new()
    {
        Key = ByteString.CopyFromUtf8("lock/"),
        RangeEnd = ByteString.CopyFromUtf8("lock0"),
    };

    [Fact]
    public async Task A_node_that_stops_ends_waits_and_takes_them_out_of_the_line()
    {
        await using var node = await SingleNode.StartAsync();
        using var channel = GrpcChannel.ForAddress(node.Node.ClientUrl);
        var locks = new Protocol.Etcd.Locks.Lock.LockClient(channel);
        var request = new LockRequest { Name = ByteString.CopyFromUtf8("lock") };
        var held = await locks.LockAsync(request, cancellationToken: Cancelled);
        using var waiting = locks.LockAsync(request, cancellationToken: Cancelled);
        await AwaitLengthAsync(new KV.KVClient(channel), 2);

        await node.RestartAsync();

        Assert.Equal(EtcdErrors.Stopped, (await Assert.ThrowsAsync<RpcException>(() => waiting.ResponseAsync)).Status);
        using var after = GrpcChannel.ForAddress(node.Node.ClientUrl);
        var line = await new KV.KVClient(after).RangeAsync(Line, cancellationToken: Cancelled);
        Assert.Equal(held.Key, Assert.Single(line.Kvs).Key);
    }

    [Fact]
    public async Task A_lock_without_a_name_is_refused()
    {
        await using var node = await SingleNode.StartAsync();
        using var channel = GrpcChannel.ForAddress(node.Node.ClientUrl);
        var locks = new Protocol.Etcd.Locks.Lock.LockClient(channel);

        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await locks.LockAsync(new LockRequest(), cancellationToken: Cancelled));

        Assert.Equal(EtcdErrors.KeyNotProvided, refusal.Status);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static async Task AwaitLengthAsync(KV.KVClient keys, int length)
    {
        while ((await keys.RangeAsync(Line, cancellationToken: Cancelled)).Count < length)
        {
            await Task.Yield();
        }
    }
}
