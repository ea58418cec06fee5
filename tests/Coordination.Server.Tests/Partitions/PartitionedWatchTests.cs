using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Coordination.Server.Tests;

/// <summary>Watches on a node with several partitions: inside one, over several, and while keys move.</summary>
public sealed class PartitionedWatchTests : IAsyncLifetime
{
    private CoordinatorNode? _node;
    private GrpcChannel? _channel;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private CoordinatorNode Node => _node ?? throw new InvalidOperationException("The node has not started.");

    private GrpcChannel Channel => _channel ?? throw new InvalidOperationException("The node has not started.");

    public async ValueTask InitializeAsync()
    {
        _node = await CoordinatorNode.StartEmbeddedAsync(static options => options with { UnsafeNoFsync = true }, cancellationToken: Token);
        await HandMadePartition.HoldAsync(_node);
        _channel = GrpcChannel.ForAddress(_node.ClientUrl);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await Node.DisposeAsync();
    }

    [Fact]
    public async Task A_watch_inside_a_partition_is_served_by_it_from_its_revisions()
    {
        await PutAsync("b/1", "old");
        long moved = await Partition(1, "b/").CreateAsync();
        await PutAsync("a", "elsewhere");
        await PutAsync("b/1", "x");
        await PutAsync("b/1", "y");
        using var caller = new WatchCaller(Channel);

        var created = await caller.CreateAsync("b/", "b0");
        await caller.SendAsync("b/1", from: moved + 2);

        Assert.Equal((0, moved + 2), (created.WatchId, created.Header.Revision));
        Assert.Equal([$"1 created @{moved + 2}", $"1 {moved + 2}:b/1=y"], await caller.SayAsync(2));
        await PutAsync("b/2", "z");
        Assert.Equal($"0 {moved + 3}:b/2=z", await caller.SayAsync());
    }

    [Fact]
    public async Task A_watch_from_before_a_partition_is_compacted()
    {
        await PutAsync("b/1", "old");
        long moved = await Partition(1, "b/").CreateAsync();
        using var caller = new WatchCaller(Channel);

        await caller.SendAsync("b/1", from: moved - 1);

        Assert.Equal([$"0 created @{moved}", $"0 compacted {moved}"], await caller.SayAsync(2));
        Assert.Equal(1, (await caller.CreateAsync("b/1")).WatchId);
    }

    [Fact]
    public async Task A_watch_over_several_partitions_is_one_watch()
    {
        await Partition(1, "b/").CreateAsync();
        for (int i = 0; i < 5; i++)
        {
            await PutAsync("a", "x");
        }

        using var caller = new WatchCaller(Channel);
        var created = await caller.CreateAsync("a", "*", id: 7);
        Assert.Equal((7, 6), (created.WatchId, created.Header.Revision));

        await PutAsync("a", "1");
        Assert.Equal("7 7:a=1", await caller.SayAsync());
        await PutAsync("b/", "2");
        Assert.Equal("7 2:b/=2", await caller.SayAsync());
        await PutAsync("c", "3");
        Assert.Equal("7 8:c=3", await caller.SayAsync());
        await caller.CancelAsync(7);
        Assert.Equal("7 canceled", await caller.SayAsync());
        await PutAsync("a", "not told");
        await caller.CreateAsync("b/", id: 7);
        await PutAsync("b/", "4");
        Assert.Equal("7 3:b/=4", await caller.SayAsync());
    }

    [Fact]
    public async Task A_watch_over_several_partitions_from_a_revision_is_refused()
    {
        await Partition(3, "b/").CreateAsync();
        using var caller = new WatchCaller(Channel);

        await caller.SendAsync("a", "*", from: 1);

        Assert.Equal(
            "-1 refused: coordination: a watch from a revision cannot span partitions; the keys of this one are in partitions 0, 3",
            await caller.SayAsync());
        await caller.CreateAsync("a", from: 1);
    }

    [Fact]
    public async Task Ids_are_unique_over_partitions()
    {
        await Partition(1, "b/").CreateAsync();
        using var caller = new WatchCaller(Channel);
        await caller.CreateAsync("a", id: 1);
        await caller.SendAsync("b/", id: 1);
        await caller.SendAsync("a", id: 1);
        const string refusal = "-1 refused: mvcc: duplicate watch ID provided on the WatchStream";
        Assert.Equal([refusal, refusal], await caller.SayAsync(2));

        Assert.Equal(0, (await caller.CreateAsync("b/")).WatchId);
        Assert.Equal(2, (await caller.CreateAsync("a")).WatchId);
        await caller.CancelAsync(1);
        await caller.CancelAsync(0);
        Assert.Equal(["0 canceled", "1 canceled"], (await caller.SayAsync(2)).Order());
        Assert.Equal(1, (await caller.CreateAsync("b/", id: 1)).WatchId);
    }

    [Fact]
    public async Task Answers_keep_the_order_of_the_requests()
    {
        await Partition(1, "b/").CreateAsync();
        using var caller = new WatchCaller(Channel);
        for (int i = 0; i < 10; i++)
        {
            await caller.SendAsync("a");
            await caller.SendAsync("b/");
            await caller.SendAsync("c", "b");
            await caller.SendAsync("a", "*");
        }

        string[] said = await caller.SayAsync(40);

        int next = 0;
        for (int i = 0; i < 40; i++)
        {
            Assert.StartsWith(i % 4 == 2 ? "-1 refused: mvcc: watcher range is empty" : $"{next++} created", said[i]);
        }
    }

    [Fact]
    public async Task Progress_of_several_partitions_is_the_smallest()
    {
        await Partition(1, "b/").CreateAsync();
        using var caller = new WatchCaller(Channel);
        await caller.CreateAsync("b/");
        for (int i = 0; i < 3; i++)
        {
            await PutAsync("a", "x");
        }

        await caller.AskProgressAsync();
        Assert.Equal("-1 progress 1", await caller.SayAsync());
        await caller.CreateAsync("a");
        await PutAsync("b/", "x");
        Assert.Equal("0 2:b/=x", await caller.SayAsync());
        await caller.AskProgressAsync();
        Assert.Equal("-1 progress 2", await caller.SayAsync());
    }

    [Fact]
    public async Task Live_watches_go_on_where_their_keys_move()
    {
        using var caller = new WatchCaller(Channel);
        await caller.CreateAsync("b/", "b0");
        await caller.CreateAsync("a", "*");
        await caller.CreateAsync("a");
        await PutAsync("b/1", "1");
        Assert.Equal(["0 2:b/1=1", "1 2:b/1=1"], (await caller.SayAsync(2)).Order());
        var partition = Partition(1, "b/");

        await partition.BeginAsync();
        await partition.DelegateAsync();
        await PutAsync("a", "2");
        Assert.Equal(["1 4:a=2", "2 4:a=2"], (await caller.SayAsync(2)).Order());
        await partition.CopyAsync();
        await partition.ServeAsync();
        await partition.ShowAsync(PartitionStage.Serving);
        await PutAsync("b/1", "3");

        Assert.Equal(["0 3:b/1=3", "1 3:b/1=3"], (await caller.SayAsync(2)).Order());
        for (int id = 0; id < 3; id++)
        {
            await caller.CancelAsync(id);
            Assert.Equal($"{id} canceled", await caller.SayAsync());
        }
    }

    [Fact]
    public async Task A_watch_can_be_canceled_while_its_keys_move()
    {
        using var caller = new WatchCaller(Channel);
        await caller.CreateAsync("b/", "b0");
        await caller.CreateAsync("a", "*");
        var partition = Partition(1, "b/");
        await partition.BeginAsync();
        await partition.DelegateAsync();

        await caller.CancelAsync(0);
        await caller.CancelAsync(1);

        Assert.Equal(["0 canceled", "1 canceled"], (await caller.SayAsync(2)).Order());
        Assert.Equal(2, (await caller.CreateAsync("a")).WatchId);
    }

    [Fact]
    public async Task A_watch_that_begins_while_its_keys_move_begins_when_they_have_arrived()
    {
        await PutAsync("b/1", "1");
        var partition = Partition(1, "b/");
        await partition.BeginAsync();
        long moved = await partition.DelegateAsync();
        using var caller = new WatchCaller(Channel);
        using var spanning = new WatchCaller(Channel);
        await caller.SendAsync("b/1");
        await spanning.SendAsync("a", "*");

        await partition.CopyAsync();
        await partition.ServeAsync();
        await partition.ShowAsync(PartitionStage.Serving);

        Assert.Equal($"0 created @{moved}", await caller.SayAsync());
        Assert.Equal($"0 created @{moved + 1}", await spanning.SayAsync());
        await PutAsync("b/1", "2");
        Assert.Equal($"0 {moved + 1}:b/1=2", await caller.SayAsync());
        Assert.Equal($"0 {moved + 1}:b/1=2", await spanning.SayAsync());
    }

    [Fact]
    public async Task A_watch_from_a_revision_before_a_move_that_the_map_does_not_show_yet_tells_both_sides_of_it()
    {
        await PutAsync("b/1", "1");
        await PutAsync("b/1", "2");
        var partition = Partition(1, "b/");
        await partition.BeginAsync();
        await partition.DelegateAsync();
        using var caller = new WatchCaller(Channel);

        await caller.SendAsync("b/", "b0", from: 2);

        Assert.Equal(["0 created @4", "0 2:b/1=1", "0 3:b/1=2"], await caller.SayAsync(3));
        await partition.CopyAsync();
        await partition.ServeAsync();
        await partition.ShowAsync(PartitionStage.Serving);
        await PutAsync("b/1", "3");
        Assert.Equal("0 4:b/1=3", await caller.SayAsync());
    }

    [Fact]
    public async Task Keys_that_move_on_from_a_new_partition_are_followed()
    {
        using var caller = new WatchCaller(Channel);
        await caller.CreateAsync("b/", "b0");
        await Partition(1, "b/c/").CreateAsync();
        await Partition(2, "b/").CreateAsync();
        await Partition(3, "b/c/d/", parent: 1).CreateAsync();

        await PutAsync("b/1", "x");
        Assert.Equal("0 2:b/1=x", await caller.SayAsync());
        await PutAsync("b/c/1", "y");
        Assert.Equal("0 2:b/c/1=y", await caller.SayAsync());
        await PutAsync("b/c/d/1", "z");
        Assert.Equal("0 2:b/c/d/1=z", await caller.SayAsync());
    }

    [Fact]
    public async Task A_watch_stays_when_its_partition_is_dropped()
    {
        var partition = Partition(1, "b/");
        await partition.CreateAsync();
        using var caller = new WatchCaller(Channel);
        await caller.CreateAsync("b/", "b0");
        await PutAsync("b/1", "x");
        await DeleteAsync("b/1");
        Assert.Equal(["0 2:b/1=x", "0 3:b/1 gone"], await caller.SayAsync(2));

        for (int i = 0; i < 10; i++)
        {
            await PutAsync("a", "the surrounding partition is further");
        }

        await partition.DropAsync();
        await PutAsync("b/1", "y");

        Assert.Equal("0 12:b/1=y", await caller.SayAsync());
    }

    [Fact]
    public async Task Concurrent_writes_are_told_once_and_in_order_while_their_keys_move()
    {
        const int keys = 6;
        using var whole = new WatchCaller(Channel);
        using var prefix = new WatchCaller(Channel);
        await whole.CreateAsync("a", "*");
        await prefix.CreateAsync("b/", "b0");
        using var enough = new CancellationTokenSource();
        string[] names = [.. Enumerable.Range(0, keys).Select(static i => i % 2 == 0 ? $"b/{i}" : $"a{i}")];
        var writing = names.Select(name => WriteAsync(name, enough.Token)).ToArray();
        await Task.WhenAll(writing.Select(static writer => writer.First));

        await Partition(1, "b/").CreateAsync();
        await Partition(2, "b/2", parent: 1).CreateAsync();
        await enough.CancelAsync();
        int[] written = await Task.WhenAll(writing.Select(static writer => writer.All));

        await ExpectAsync(whole, names, written);
        await ExpectAsync(prefix, [.. names.Where(static name => name[0] == 'b')], [.. written.Where(static (_, i) => i % 2 == 0)]);
    }

    /// <summary>All values of each key from 0 on come in order, with growing revisions, and each once.</summary>
    private static async Task ExpectAsync(WatchCaller caller, string[] names, int[] written)
    {
        var next = names.ToDictionary(static name => name, static _ => 0);
        var revisions = names.ToDictionary(static name => name, static _ => 0L);
        for (int left = written.Sum(); left > 0; left--)
        {
            var told = Assert.Single((await caller.NextAsync()).Events);
            string name = told.Kv.Key.ToStringUtf8();
            Assert.Equal($"{name}={next[name]++}", $"{name}={told.Kv.Value.ToStringUtf8()}");
            Assert.True(told.Kv.ModRevision > revisions[name], $"{name} went back to {told.Kv.ModRevision}.");
            revisions[name] = told.Kv.ModRevision;
        }

        Assert.Equal(names.Zip(written, static (name, count) => (name, count)), next.Select(static pair => (pair.Key, pair.Value)));
    }

    /// <summary>Puts 0, 1 and so on; completes first when there is a first value, and with how many there are when it is enough.</summary>
    private (Task First, Task<int> All) WriteAsync(string name, CancellationToken enough)
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<int> WriteAllAsync()
        {
            int count = 0;
            while (!enough.IsCancellationRequested)
            {
                await PutAsync(name, $"{count++}");
                first.TrySetResult();
            }

            return count;
        }

        return (first.Task, WriteAllAsync());
    }

    private HandMadePartition Partition(uint id, string prefix, uint parent = 0) => new(id, prefix, parent, Node);

    private async Task PutAsync(string key, string value) => await new KV.KVClient(Channel).PutAsync(
        new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) }, cancellationToken: Token);

    private async Task DeleteAsync(string key) => await new KV.KVClient(Channel).DeleteRangeAsync(
        new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) }, cancellationToken: Token);
}
