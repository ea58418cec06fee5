using Coordination.Protocol.V1;
using Grpc.Core;
using static Coordination.Server.Tests.PartitionClient;
using Partition = Coordination.Protocol.V1.Partition;

namespace Coordination.Server.Tests;

/// <summary>Replicas of partitions move from member to member of a cluster of four, while clients read, write and watch.</summary>
public sealed class ReplicaMoveTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_replica_moves_while_clients_write_and_watch_and_nothing_is_lost()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync(members: 4);
        var client = new PartitionClient(cluster.Channel("n1"));
        var created = await client.CreateAsync("b/", 3);
        ulong[] movers = [.. created.Replicas.Select(static replica => replica.MemberId)];
        ulong free = cluster.Nodes.Select(static node => node.MemberId).Except(movers).Single();
        WatchCaller[] watchers = [.. cluster.Names.Select(name => new WatchCaller(cluster.Channel(name)))];
        foreach (var watcher in watchers)
        {
            await watcher.CreateAsync("b/", "b0");
        }

        using var enough = new CancellationTokenSource();
        var writing = cluster.Names.Select(name => WriteAsync(new PartitionClient(cluster.Channel(name)), name, enough.Token)).ToArray();
        foreach (ulong from in movers)
        {
            var moved = await MoveAsync(client, created.Id, from, free);
            Assert.Equal(3, moved.Replicas.Count);
            Assert.DoesNotContain(moved.Replicas, replica => replica.MemberId == from);
            await UntilAsync(async () => await HasVoterAsync(client, created.Id, free));
            await UntilAsync(() => Task.FromResult(NodeOf(cluster, from).Foundation.Store.Find(created.Id) is null));
            free = from;
        }

        await enough.CancelAsync();
        int[] written = await Task.WhenAll(writing);
        foreach (var (name, last) in cluster.Names.Zip(written))
        {
            foreach (string asked in cluster.Names)
            {
                var read = await new PartitionClient(cluster.Channel(asked)).RangeAsync($"b/{name}");
                Assert.InRange(int.Parse(read.Kvs.Single().Value.ToStringUtf8()), last, last + 1);
            }
        }

        foreach (var watcher in watchers)
        {
            await ExpectAllAsync(watcher, cluster.Names, written);
            watcher.Dispose();
        }
    }

    [Fact]
    public async Task A_member_that_is_gone_is_replaced_and_deletes_its_replica_when_it_comes_back()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync(members: 4, TimeSpan.FromSeconds(2));
        var client = new PartitionClient(cluster.Channel("n1"));
        var created = await client.CreateAsync("b/", 3);
        await client.PutAsync("b/1", "before");
        string lost = cluster.Names.First(
            name => name != "n1" && created.Replicas.Any(replica => replica.MemberId == cluster[name].MemberId));
        ulong member = cluster[lost].MemberId;

        await cluster.StopAsync(lost);

        await UntilAsync(async () => await FindAsync(client, created.Id) is { LeavingMemberIds.Count: 0 } partition
            && partition.Replicas.All(replica => replica.MemberId != member && replica.Role is Role.Leader or Role.Follower));
        await client.PutAsync("b/2", "after");
        await cluster.StartAsync(lost);
        await UntilAsync(() => Task.FromResult(cluster[lost].Foundation.Store.Find(created.Id) is null));
        Assert.Equal("b/1 b/2", await new PartitionClient(cluster.Channel(lost)).KeysAsync("b/", "b0"));

        // It may have it again once it has deleted what it had.
        ulong other = (await FindAsync(client, created.Id)).Replicas[0].MemberId;
        await MoveAsync(client, created.Id, other, member);
        await UntilAsync(async () => await HasVoterAsync(client, created.Id, member));
        Assert.Equal("b/1 b/2", await new PartitionClient(cluster.Channel(lost)).KeysAsync("b/", "b0"));
    }

    [Fact]
    public async Task The_only_replica_of_a_partition_moves_too()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        var client = new PartitionClient(cluster.Channel("n1"));
        var created = await client.CreateAsync("b/", 1);
        await client.PutAsync("b/1");
        ulong from = created.Replicas.Single().MemberId;
        ulong to = cluster.Nodes.First(node => node.MemberId != from).MemberId;

        var moved = await MoveAsync(client, created.Id, from, to);

        Assert.Equal(to, moved.Replicas.Single().MemberId);
        Assert.Equal("b/1", await client.KeysAsync("b/", "b0"));
        await client.PutAsync("b/2");
    }

    [Fact]
    public async Task What_cannot_move_is_refused_by_its_reason()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        var client = new PartitionClient(cluster.Channel("n1"));
        var created = await client.CreateAsync("b/", 1);
        ulong has = created.Replicas.Single().MemberId;
        ulong[] others = [.. cluster.Nodes.Select(static node => node.MemberId).Where(member => member != has)];

        await AssertRefusedAsync(
            StatusCode.FailedPrecondition, "coordination: partition 0 has a replica on every member, and none of them moves",
            () => client.MoveReplicaAsync(0, has, others[0]));
        await AssertRefusedAsync(
            StatusCode.NotFound, "coordination: there is no partition 9", () => client.MoveReplicaAsync(9, has, others[0]));
        await AssertRefusedAsync(
            StatusCode.InvalidArgument, "coordination: there is no member 0000000000000005", () => client.MoveReplicaAsync(1, has, 5));
        await AssertRefusedAsync(
            StatusCode.FailedPrecondition, $"coordination: member {others[0]:x16} has no replica of partition 1",
            () => client.MoveReplicaAsync(1, others[0], others[1]));
        await AssertRefusedAsync(
            StatusCode.FailedPrecondition, $"coordination: member {has:x16} has a replica of partition 1 already",
            () => client.MoveReplicaAsync(1, has, has));
    }

    private static CoordinatorNode NodeOf(EmbeddedCluster cluster, ulong member) => cluster.Nodes.Single(node => node.MemberId == member);

    private static async Task<Partition> FindAsync(PartitionClient client, uint id) =>
        (await client.ListAsync()).Single(partition => partition.Id == id);

    private static async Task<bool> HasVoterAsync(PartitionClient client, uint id, ulong member) => (await FindAsync(client, id)).Replicas
        .Any(replica => replica.MemberId == member && replica.Role is Role.Leader or Role.Follower);

    /// <summary>Moves a replica as operators do: again while it is to be tried again.</summary>
    private static async Task<Partition> MoveAsync(PartitionClient client, uint id, ulong from, ulong to)
    {
        while (true)
        {
            try
            {
                return await client.MoveReplicaAsync(id, from, to);
            }
            catch (RpcException busy) when (busy.StatusCode is StatusCode.Unavailable
                || busy.Status.Detail.Contains("moved to other members") || busy.Status.Detail.Contains("has not deleted"))
            {
                Token.ThrowIfCancellationRequested();
            }
            catch (RpcException done) when (done.Status.Detail.EndsWith("already", StringComparison.Ordinal)
                || done.Status.Detail.Contains("has no replica"))
            {
                return await FindAsync(client, id);
            }
        }
    }

    /// <summary>Writes 0, 1, 2 ... to a key, each until it is acknowledged; the last one.</summary>
    private static async Task<int> WriteAsync(PartitionClient client, string name, CancellationToken enough)
    {
        int last = -1;
        while (!enough.IsCancellationRequested)
        {
            try
            {
                await client.PutAsync($"b/{name}", $"{last + 1}");
                last++;
            }
            catch (RpcException failure) when (failure.StatusCode is StatusCode.Unavailable)
            {
                Token.ThrowIfCancellationRequested();
            }
        }

        return last;
    }

    /// <summary>Every value that was acknowledged comes, in order; one whose put was repeated may come again.</summary>
    private static async Task ExpectAllAsync(WatchCaller watcher, IEnumerable<string> names, int[] written)
    {
        var told = names.ToDictionary(static name => $"b/{name}", static _ => -1);
        var wanted = names.Zip(written).ToDictionary(static pair => $"b/{pair.First}", static pair => pair.Second);
        long revision = 0;
        while (told.Any(pair => pair.Value < wanted[pair.Key]))
        {
            foreach (var put in (await watcher.NextAsync()).Events)
            {
                Assert.True(put.Kv.ModRevision > revision, $"{put.Kv.ModRevision} came after {revision}.");
                revision = put.Kv.ModRevision;
                string key = put.Kv.Key.ToStringUtf8();
                int value = int.Parse(put.Kv.Value.ToStringUtf8());
                Assert.InRange(value, told[key], told[key] + 1);
                told[key] = value;
            }
        }
    }
}
