using Coordination.Protocol.V1;
using Grpc.Core;
using static Coordination.Server.Tests.PartitionClient;

namespace Coordination.Server.Tests;

/// <summary>Partitions come and go on a node that is alone.</summary>
public sealed class PartitionLifeTests : IAsyncLifetime
{
    private SingleNode? _node;

    private SingleNode Node => _node ?? throw new InvalidOperationException("The node is not started.");

    private PartitionClient Client => Node.Client;

    public async ValueTask InitializeAsync() => _node = await SingleNode.StartAsync();

    public async ValueTask DisposeAsync() => await Node.DisposeAsync();

    [Fact]
    public async Task A_partition_of_a_prefix_without_keys_serves_when_its_creation_is_answered()
    {
        await Client.PutAsync("a/1");
        var created = await Client.CreateAsync("b/");

        Assert.Equal((1u, "b/", Stage.Serving), (created.Id, created.Prefix.ToStringUtf8(), created.Stage));
        Assert.Equal((Node.Node.MemberId, Role.Leader), (Assert.Single(created.Replicas).MemberId, created.Replicas[0].Role));
        Assert.Equal("0::1:Serving 1:b/:1:Serving", await Client.DescribeAsync());
        await Client.PutAsync("b/1");
        await Client.TxnAsync(Put("b/2"), Put("b/3"));
        await Client.PutAsync("c");
        Assert.Equal("b/1 b/2 b/3", await Client.KeysAsync("b/", "b0"));
        Assert.Equal("a/1 b/1 b/2 b/3 c", await Client.KeysAsync("\0", "\0"));
        Assert.Equal(2, await Client.DeleteAsync("b/2", "b0"));
        Assert.Equal("a/1 b/1 c", await Client.KeysAsync("\0", "\0"));
    }

    [Fact]
    public async Task What_only_one_partition_could_do_is_refused_by_the_partitions_that_it_names()
    {
        await Client.CreateAsync("b/");
        const string End = "cannot span partitions; the keys of this one are in partitions 0, 1";
        await AssertRefusedAsync(
            StatusCode.FailedPrecondition, $"coordination: a transaction {End}", () => Client.TxnAsync(Put("a"), Put("b/1")));
        await AssertRefusedAsync(StatusCode.FailedPrecondition, $"coordination: a deletion {End}", () => Client.DeleteAsync("a", "c"));
        await AssertRefusedAsync(
            StatusCode.FailedPrecondition, $"coordination: a range at a revision {End}", () => Client.RangeAsync("a", "c", revision: 1));
    }

    [Fact]
    public async Task What_cannot_be_created_is_refused_by_its_reason()
    {
        await Client.CreateAsync("b/");
        await AssertRefusedAsync(
            StatusCode.InvalidArgument, "coordination: a partition has a prefix; only the default one is of all other keys",
            () => Client.CreateAsync(""));
        await AssertRefusedAsync(
            StatusCode.InvalidArgument, "coordination: a prefix has at most 1024 bytes", () => Client.CreateAsync(new string('x', 1025)));
        await AssertRefusedAsync(
            StatusCode.InvalidArgument, "coordination: 2 replicas were asked for, and the cluster has 1 member",
            () => Client.CreateAsync("c/", 2));
        await AssertRefusedAsync(
            StatusCode.AlreadyExists, "coordination: partition 1 has the prefix \"b/\"", () => Client.CreateAsync("b/"));
    }

    [Fact]
    public async Task A_partition_is_dropped_when_it_is_empty_and_has_none_inside()
    {
        await Client.CreateAsync("b/");
        await Client.CreateAsync("b/c/");
        await Client.PutAsync("b/1");
        await Client.PutAsync("b/c/1");
        await AssertRefusedAsync(
            StatusCode.FailedPrecondition, "coordination: partition 0 has all keys of no other partition, and stays",
            () => Client.DropAsync(0));
        await AssertRefusedAsync(StatusCode.NotFound, "coordination: there is no partition 7", () => Client.DropAsync(7));
        await AssertRefusedAsync(
            StatusCode.FailedPrecondition,
            "coordination: partition 1 is around partition 2 with the prefix \"b/c/\", which has to be dropped first",
            () => Client.DropAsync(1));
        await AssertRefusedAsync(
            StatusCode.FailedPrecondition, "coordination: partition 2 is not empty: it has 1 key", () => Client.DropAsync(2));
        Assert.Equal("b/1 b/c/1", await Client.KeysAsync("b/", "b0"));

        await Client.DeleteAsync("b/c/1");
        await Client.DropAsync(2);
        await Client.PutAsync("b/c/2");
        await Client.TxnAsync(Put("b/1"), Put("b/c/3"));
        Assert.Equal("0::1:Serving 1:b/:1:Serving", await Client.DescribeAsync());
        await Client.DeleteAsync("b/", "b0");
        await Client.DropAsync(1);

        Assert.Equal("0::1:Serving", await Client.DescribeAsync());
        await UntilAsync(() => Task.FromResult(Node.Node.Foundation.Store.Partitions.Count == 1));
        await Client.TxnAsync(Put("a"), Put("b/1"), Put("b/c/1"));

        // Numbers are never used again.
        Assert.Equal(3u, (await Client.CreateAsync("b/")).Id);
        Assert.Equal("a b/1 b/c/1", await Client.KeysAsync("\0", "\0"));
    }

    [Fact]
    public async Task Partitions_outlive_the_process()
    {
        await Client.CreateAsync("b/");
        await Client.CreateAsync("c/");
        await Client.PutAsync("b/1");
        await Client.DropAsync(2);

        await Node.RestartAsync();

        Assert.Equal("0::1:Serving 1:b/:1:Serving", await Client.DescribeAsync());
        Assert.Equal("b/1", await Client.KeysAsync("\0", "\0"));
        await Client.PutAsync("b/2");
        await Client.DeleteAsync("b/", "b0");
        await Client.DropAsync(1);
        Assert.Equal("0::1:Serving", await Client.DescribeAsync());
    }

    [Fact]
    public async Task Partitions_inside_and_around_others_take_and_leave_their_keys()
    {
        await Client.PutAsync("a/1");
        await Client.PutAsync("a/b/1");
        await Client.PutAsync("a/b/c/1");
        await Client.CreateAsync("a/b/c/");
        await Client.CreateAsync("a/");
        await Client.CreateAsync("a/b/");
        await Client.PutAsync("a/2");
        await Client.PutAsync("a/b/2");
        await Client.PutAsync("a/b/c/2");

        Assert.Equal("a/1 a/2 a/b/1 a/b/2 a/b/c/1 a/b/c/2", await Client.KeysAsync("a", "b"));
        await Client.DeleteAsync("a/b/c/", "a/b/c0");
        await Client.DropAsync(1);
        await Client.TxnAsync(Put("a/b/3"), Put("a/b/c/3"));
        await Client.DeleteAsync("a/b/", "a/b0");
        await Client.DropAsync(3);
        await Client.TxnAsync(Put("a/3"), Put("a/b/c/4"));
        Assert.Equal("a/1 a/2 a/3 a/b/c/4", await Client.KeysAsync("a", "b"));
    }
}
