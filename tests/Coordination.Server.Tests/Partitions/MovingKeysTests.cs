using System.Globalization;
using Coordination.Protocol.V1;
using Grpc.Core;
using static Coordination.Server.Tests.PartitionClient;

namespace Coordination.Server.Tests;

/// <summary>Keys that exist, that are being written, and that have leases move into a partition of their own.</summary>
public sealed class MovingKeysTests : IAsyncLifetime
{
    private const int Keys = 5000;
    private const int PutsPerTxn = 100;
    private const int Writers = 8;

    private SingleNode? _node;

    private SingleNode Node => _node ?? throw new InvalidOperationException("The node is not started.");

    private PartitionClient Client => Node.Client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await SingleNode.StartAsync();

    public async ValueTask DisposeAsync() => await Node.DisposeAsync();

    [Fact]
    public async Task Thousands_of_keys_move_as_they_are_while_they_are_written_and_no_write_is_lost()
    {
        await FillAsync();
        await Client.PutAsync(Key(0), "changed");
        long lease = await Client.GrantAsync(1000);
        await Client.PutAsync(Key(1), "leased", lease);
        var before = (await Client.RangeAsync("b/", "b0")).Kvs;
        using var enough = new CancellationTokenSource();
        var writing = Enumerable.Range(0, Writers).Select(writer => WriteAsync(writer, enough.Token)).ToList();

        Assert.Equal(Stage.Serving, (await Client.CreateAsync("b/")).Stage);
        await Client.PutAsync("b/last");
        await enough.CancelAsync();

        int[] written = await Task.WhenAll(writing);
        var after = (await Client.RangeAsync("b/k", "b/l")).Kvs;
        Assert.Equal(before, after);
        for (int writer = 0; writer < Writers; writer++)
        {
            var kv = Assert.Single((await Client.RangeAsync($"b/w{writer}")).Kvs);
            Assert.Equal((written[writer], written[writer].ToString(CultureInfo.InvariantCulture)), (kv.Version, kv.Value.ToStringUtf8()));
        }

        Assert.Equal(Key(1), await Client.LeaseKeysAsync(lease));
        await Client.RevokeAsync(lease);
        Assert.Equal(0, (await Client.RangeAsync(Key(1))).Count);
        await UntilAsync(() => Task.FromResult(Node.Node.Foundation.Store.Default.View.Ownership.Copies.IsEmpty));
    }

    [Fact]
    public async Task A_node_that_stops_in_the_middle_goes_on_when_it_is_back()
    {
        await FillAsync();
        var before = (await Client.RangeAsync("b/", "b0")).Kvs;
        var creating = Client.CreateAsync("b/");
        await UntilAsync(() => Task.FromResult(!Node.Node.Foundation.Store.Default.View.Ownership.IsWhole));
        await Node.RestartAsync();
        await Assert.ThrowsAsync<RpcException>(() => creating);

        await UntilAsync(async () => await Client.DescribeAsync() == "0::1:Serving 1:b/:1:Serving");
        Assert.Equal(before, (await Client.RangeAsync("b/", "b0")).Kvs);
        await AssertRefusedAsync(
            StatusCode.AlreadyExists, "coordination: partition 1 has the prefix \"b/\"", () => Client.CreateAsync("b/"));
        await UntilAsync(() => Task.FromResult(Node.Node.Foundation.Store.Default.View.Ownership.Copies.IsEmpty));
    }

    [Fact]
    public async Task A_lease_that_is_revoked_takes_its_keys_in_all_partitions_along()
    {
        long lease = await Client.GrantAsync(1000, id: 77);
        long other = await Client.GrantAsync(1000);
        await Client.PutAsync("a", lease: lease);
        await Client.PutAsync("b/1", lease: lease);
        await Client.PutAsync("b/c/1", lease: lease);
        await Client.CreateAsync("b/");
        await Client.PutAsync("b/2", lease: lease);
        await Client.CreateAsync("b/c/");

        // One of the leases is known there by its keys alone, the other one not at all.
        await Client.TxnAsync(Put("b/c/2", lease), Put("b/c/3", other));
        Assert.Equal("a b/1 b/2 b/c/1 b/c/2", await Client.LeaseKeysAsync(lease));

        await Client.RevokeAsync(lease);

        Assert.Equal("b/c/3", await Client.KeysAsync("\0", "\0"));
        Assert.Equal(77, await Client.GrantAsync(1000, id: 77));
        await AssertRefusedAsync(
            StatusCode.FailedPrecondition, "etcdserver: lease already exists", () => Client.GrantAsync(1000, id: 77));
        await Client.PutAsync("b/c/1", lease: 77);
        Assert.Equal("b/c/1", await Client.LeaseKeysAsync(77));
    }

    [Fact]
    public async Task A_lease_that_expires_takes_its_keys_in_all_partitions_along()
    {
        await Client.CreateAsync("b/");
        long lease = await Client.GrantAsync(3);
        await Client.PutAsync("a", lease: lease);
        await Client.PutAsync("b/1", lease: lease);
        await Client.PutAsync("b/c/1", lease: lease);
        await Client.PutAsync("stays");
        await Client.CreateAsync("b/c/");
        await UntilAsync(async () => await Client.KeysAsync("\0", "\0") == "stays");
    }

    [Fact]
    public async Task A_watcher_of_the_past_finds_nothing_of_it_in_the_new_partition()
    {
        long revision = (await Client.PutAsync("b/1")).Header.Revision;
        await Client.CreateAsync("b/");
        await AssertRefusedAsync(
            StatusCode.OutOfRange, "etcdserver: mvcc: required revision has been compacted",
            () => Client.RangeAsync("b/1", revision: revision));
        var kv = Assert.Single((await Client.RangeAsync("b/1")).Kvs);
        Assert.Equal(revision, kv.ModRevision);
        Assert.Equal(revision + 2, (await Client.PutAsync("b/1")).Header.Revision);
    }

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"b/k{number:d5}");

    private async Task FillAsync()
    {
        for (int first = 0; first < Keys; first += PutsPerTxn)
        {
            await Client.TxnAsync([.. Enumerable.Range(first, PutsPerTxn).Select(static number => Put(Key(number)))]);
        }
    }

    /// <summary>Counts in a key of its own; every write must be answered.</summary>
    private async Task<int> WriteAsync(int writer, CancellationToken enough)
    {
        int written = 0;
        while (!enough.IsCancellationRequested)
        {
            Token.ThrowIfCancellationRequested();
            await Client.PutAsync($"b/w{writer}", (written + 1).ToString(CultureInfo.InvariantCulture));
            written++;
        }

        return written;
    }
}
