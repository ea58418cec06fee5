using Coordination.Protocol.V1;
using Coordination.Replication;
using Coordination.StateMachine;
using Grpc.Core;
using static Coordination.Server.Tests.PartitionClient;

namespace Coordination.Server.Tests;

/// <summary>The map as it is written, and what members make of a map that somebody else has left half way.</summary>
public sealed class PartitionRegistryTests : IAsyncLifetime
{
    private const ulong Nobody = 4711;

    private SingleNode? _node;

    private SingleNode Node => _node ?? throw new InvalidOperationException("The node is not started.");

    private PartitionClient Client => Node.Client;

    private PartitionHost Store => Node.Node.Foundation.Store;

    private PartitionRegistry Registry => new(Store.Default.Metadata, Node.Node.Foundation.Partitions);

    public async ValueTask InitializeAsync() => _node = await SingleNode.StartAsync();

    public async ValueTask DisposeAsync() => await Node.DisposeAsync();

    [Fact]
    public async Task Who_has_not_seen_the_last_change_changes_nothing()
    {
        var old = await Registry.ReadAsync();
        Assert.Equal((1u, false), (old.NextId, old.WasEverSplit));
        Assert.True(await Registry.TryAddAsync(old, Entry(1, "b/", PartitionStage.Creating, Nobody)));
        Assert.False(await Registry.TryAddAsync(old, Entry(1, "c/", PartitionStage.Creating, Nobody)));
        Assert.False(await Registry.TryReplaceAsync(old, Entry(1, "d/", PartitionStage.Creating, Nobody)));

        var map = await Registry.ReadAsync();
        Assert.Equal(2u, map.NextId);
        Assert.Equal("b/"u8.ToArray(), map.All[1].Prefix);
        Assert.True(await Registry.TryReplaceAsync(map, map.All[1] with { Replicas = [Nobody, 4712] }));
        Assert.False(await Registry.TryReplaceAsync(map, map.All[1]));
        Assert.False(await Registry.ReplaceAsync(1, static _ => null));
        Assert.False(await Registry.ReplaceAsync(2, static entry => entry));
        await Registry.RemoveAsync(1);
        Assert.NotNull((await Registry.ReadAsync()).Find(1));
    }

    [Fact]
    public async Task While_a_partition_is_being_created_nothing_changes_around_it_or_inside()
    {
        await Client.CreateAsync("a/b/c/");
        await Client.CreateAsync("a/");
        Assert.True(await Registry.TryAddAsync(await Registry.ReadAsync(), Entry(3, "a/b/", PartitionStage.Creating, Nobody)));

        const string Busy = "coordination: partition 3 with the prefix \"a/b/\" is just being created";
        await AssertRefusedAsync(StatusCode.FailedPrecondition, Busy, () => Client.CreateAsync("a/b/d"));
        await AssertRefusedAsync(StatusCode.FailedPrecondition, Busy, () => Client.CreateAsync("a"));
        await AssertRefusedAsync(StatusCode.FailedPrecondition, Busy, () => Client.DropAsync(3));
        await AssertRefusedAsync(StatusCode.FailedPrecondition, Busy, () => Client.DropAsync(1));
        await AssertRefusedAsync(
            StatusCode.AlreadyExists, "coordination: partition 3 has the prefix \"a/b/\"", () => Client.CreateAsync("a/b/"));
        Assert.Equal(4u, (await Client.CreateAsync("a/c/")).Id);

        // Nobody takes the keys, so nobody gave them away.
        await Client.PutAsync("a/b/1");
        var silent = Assert.Single((await Client.ListAsync())[3].Replicas);
        Assert.Equal((Nobody, Role.Unspecified), (silent.MemberId, silent.Role));
        Assert.StartsWith("member 0000000000001267: ", silent.Unreachable, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_the_map_says_is_begun_is_completed()
    {
        await Client.PutAsync("b/1");
        var self = Node.Node.MemberId;
        Assert.True(await Registry.TryAddAsync(await Registry.ReadAsync(), Entry(1, "b/", PartitionStage.Creating, self)));
        await UntilAsync(async () => await Client.DescribeAsync() == "0::1:Serving 1:b/:1:Serving");

        // Wanted, but it has a key.
        Assert.True(await Registry.ReplaceAsync(1, static entry => entry with { Stage = PartitionStage.Dropping }));
        await UntilAsync(async () => await Client.DescribeAsync() == "0::1:Serving 1:b/:1:Serving");
        Assert.Equal("b/1", await Client.KeysAsync("\0", "\0"));

        await Client.DeleteAsync("b/1");
        Assert.True(await Registry.ReplaceAsync(1, static entry => entry with { Stage = PartitionStage.Dropping }));
        await UntilAsync(async () => await Client.DescribeAsync() == "0::1:Serving");
        await Client.PutAsync("b/1");
    }

    [Fact]
    public async Task A_lease_that_ends_while_its_keys_are_on_their_way_takes_them_along_and_its_id_waits_for_them()
    {
        await Client.CreateAsync("b/");
        long lease = await Client.GrantAsync(1000, id: 77);
        await Client.PutAsync("b/c/1", lease: lease);
        await Client.PutAsync("b/c/2");

        // As if the member that began it had been lost right after the keys had left.
        Assert.True(await Registry.TryAddAsync(await Registry.ReadAsync(), Entry(2, "b/c/", PartitionStage.Creating, Nobody)));
        var given = await Store.Find(1)!.ProposeAsync(new DelegatePrefixCommand("b/c/"u8.ToArray(), 2));
        Assert.IsType<DelegateResult>(given.Result.Result);
        var revoking = Client.RevokeAsync(lease);
        await UntilAsync(() => Store.Find(1)!.QueryAsync(static state => state.Shadows.Count == 0));
        var again = await Store.Default.ProposeAsync(new LeaseGrantCommand(lease, 1000));
        Assert.Equal(ApplyError.LeaseExists, again.Result.Error);

        Assert.True(await Registry.ReplaceAsync(2, entry => entry with { Replicas = [Node.Node.MemberId] }));

        await UntilAsync(async () => (await Client.ListAsync())[2].Stage == Stage.Serving);
        Assert.Equal("b/c/2", await Client.KeysAsync("\0", "\0"));
        await UntilAsync(() => Store.Default.QueryAsync(static state => state.PendingRevocations.Count == 0));
        Assert.Equal(lease, await Client.GrantAsync(1000, lease));

        // It has waited as long as a request may, or was in time.
        await Task.WhenAny(revoking);
    }

    [Fact]
    public async Task A_partition_that_ended_while_the_map_kept_it_goes()
    {
        await Client.CreateAsync("b/");
        await UntilAsync(() => Task.FromResult(Store.Default.View.Ownership.Copies.IsEmpty));
        var ended = await Store.Find(1)!.ProposeAsync(new RetireCommand());
        Assert.IsType<RetireResult>(ended.Result.Result);

        await Client.PutAsync("b/1");

        await UntilAsync(async () => await Client.DescribeAsync() == "0::1:Serving");
        Assert.Equal("b/1", await Client.KeysAsync("\0", "\0"));
    }

    private static PartitionEntry Entry(uint id, string prefix, PartitionStage stage, ulong replica) =>
        new() { Id = id, Prefix = System.Text.Encoding.ASCII.GetBytes(prefix), Replicas = [replica], Stage = stage };
}
