using Coordination.Protocol.V1;
using Grpc.Core;
using static Coordination.Server.Tests.PartitionClient;

namespace Coordination.Server.Tests;

/// <summary>Partitions of a cluster of three, whichever member clients are connected to.</summary>
public sealed class ClusterPartitionsTests
{
    [Fact]
    public async Task Members_without_a_replica_serve_the_keys_of_a_partition_too()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        string[] names = [.. cluster.Names];
        await Client(cluster, names[0]).PutAsync("b/1");
        Assert.Single((await Client(cluster, names[0]).CreateAsync("b/", 1)).Replicas);
        long lease = await Client(cluster, names[1]).GrantAsync(1000);
        foreach (string name in names)
        {
            var client = Client(cluster, name);
            await client.PutAsync("b/by-" + name, lease: lease);
            await client.PutAsync("a/by-" + name, lease: lease);
            await client.TxnAsync(Put("b/2"), Put("b/3"));
            Assert.Equal("b/1 b/2 b/3", await client.KeysAsync("b/1", "b/4"));
            await AssertRefusedAsync(
                StatusCode.FailedPrecondition,
                "coordination: a transaction cannot span partitions; the keys of this one are in partitions 0, 1",
                () => client.TxnAsync(Put("a"), Put("b/1")));
        }

        Assert.Equal("a/by-n1 a/by-n2 a/by-n3 b/by-n1 b/by-n2 b/by-n3", await Client(cluster, names[2]).LeaseKeysAsync(lease));
        await Client(cluster, names[2]).RevokeAsync(lease);
        Assert.Equal("b/1 b/2 b/3", await Client(cluster, names[0]).KeysAsync("\0", "\0"));

        await AssertRefusedAsync(
            StatusCode.FailedPrecondition, "coordination: partition 1 is not empty: it has 3 keys",
            () => Client(cluster, names[1]).DropAsync(1));
        await Client(cluster, names[1]).DeleteAsync("b/", "b0");
        await Client(cluster, names[1]).DropAsync(1);
        await Client(cluster, names[2]).TxnAsync(Put("a"), Put("b/1"));
    }

    [Fact]
    public async Task Leaders_are_spread_and_are_again_after_all_members_restarted()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        string[] names = [.. cluster.Names];
        foreach (string prefix in (string[])["a/", "b/", "c/"])
        {
            var created = await Client(cluster, names[0]).CreateAsync(prefix);
            Assert.Equal(3, created.Replicas.Count);
            await Client(cluster, names[1]).PutAsync(prefix + "1");
        }

        await UntilAsync(() => AreSpreadAsync(cluster, names[0]));

        foreach (string name in names)
        {
            await cluster.StopAsync(name);
        }

        await Task.WhenAll(names.Select(cluster.StartAsync));
        Assert.Equal("a/1 b/1 c/1", await Client(cluster, names[2]).KeysAsync("\0", "\0"));
        await UntilAsync(() => AreSpreadAsync(cluster, names[1]));

        // A wish of an operator is no reason to move it back.
        var first = (await Client(cluster, names[0]).ListAsync())[1];
        ulong target = first.Replicas.First(replica => replica.MemberId != first.PreferredLeaderId).MemberId;
        await Client(cluster, names[0]).MoveLeaderAsync(1, target);
        var moved = (await Client(cluster, names[1]).ListAsync())[1];
        Assert.Equal(target, moved.PreferredLeaderId);
        Assert.Equal(target, Assert.Single(moved.Replicas, static replica => replica.Role == Role.Leader).MemberId);
    }

    [Fact]
    public async Task What_a_leader_began_before_it_was_lost_the_next_one_completes()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        string[] names = [.. cluster.Names];
        for (int i = 0; i < 20; i++)
        {
            await Client(cluster, names[0]).TxnAsync([.. Enumerable.Range(i * 100, 100).Select(static key => Put($"b/{key:d5}"))]);
        }

        var before = (await Client(cluster, names[0]).RangeAsync("b/", "b0")).Kvs;
        string leader = names.Single(name => cluster[name].Foundation.Store.Default.IsLeader);
        string other = names.First(name => name != leader);
        var creating = Client(cluster, leader).CreateAsync("b/");
        await UntilAsync(() => Task.FromResult(!cluster[leader].Foundation.Store.Default.View.Ownership.IsWhole));
        await cluster.StopAsync(leader);
        try
        {
            await creating;
        }
        catch (RpcException)
        {
            // It may have been in time.
        }

        await UntilAsync(async () => (await Client(cluster, other).ListAsync()) is [_, { Stage: Stage.Serving }]);
        Assert.Equal(before, (await Client(cluster, other).RangeAsync("b/", "b0")).Kvs);
        await Client(cluster, other).PutAsync("b/00000", "again");
        await cluster.StartAsync(leader);
        var read = Assert.Single((await Client(cluster, leader).RangeAsync("b/00000")).Kvs);
        Assert.Equal(2, read.Version);
    }

    private static PartitionClient Client(EmbeddedCluster cluster, string name) => new(cluster.Channel(name));

    private static async Task<bool> AreSpreadAsync(EmbeddedCluster cluster, string asked)
    {
        var partitions = (await Client(cluster, asked).ListAsync()).Where(static partition => partition.Id != 0).ToList();
        return partitions.Select(static partition => partition.PreferredLeaderId).Distinct().Count() == partitions.Count
            && partitions.TrueForAll(static partition => partition.Replicas.Any(
                replica => replica.Role == Role.Leader && replica.MemberId == partition.PreferredLeaderId));
    }
}
