using System.Globalization;
using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server.Tests;

/// <summary>Watches through a member that has no replica of the partition.</summary>
public sealed class RemoteWatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watches_go_through_a_member_without_a_replica()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        await HandMadePartition.HoldAsync(cluster.Nodes);
        await PutAsync(cluster, "b/1", "0");
        long moved = await new HandMadePartition(1, "b/", 0, cluster["n2"], cluster["n3"]).CreateAsync();
        using var caller = new WatchCaller(cluster.Channel("n1"));
        using var spanning = new WatchCaller(cluster.Channel("n1"));

        WatchResponse created = await caller.CreateAsync("b/", "b0", id: 5);
        await spanning.CreateAsync("a", "*");
        Assert.Equal((cluster["n1"].MemberId, moved), (created.Header.MemberId, created.Header.Revision));

        await PutAsync(cluster, "b/1", "1");
        Assert.Equal($"5 {moved + 1}:b/1=1", await caller.SayAsync());
        Assert.Equal($"0 {moved + 1}:b/1=1", await spanning.SayAsync());
        await caller.AskProgressAsync();
        Assert.Equal($"-1 progress {moved + 1}", await caller.SayAsync());
        await caller.SendAsync("b/1", from: moved - 1);
        await caller.SendAsync("b/1", from: moved + 1);
        Assert.Equal(
            [$"0 created @{moved + 1}", $"0 compacted {moved}", $"1 created @{moved + 1}", $"1 {moved + 1}:b/1=1"],
            (await caller.SayAsync(4)).OrderBy(static said => said[0]));
        await caller.CancelAsync(5);
        await spanning.CancelAsync(0);
        Assert.Equal("5 canceled", await caller.SayAsync());
        Assert.Equal("0 canceled", await spanning.SayAsync());
    }

    [Fact]
    public async Task A_live_watch_follows_its_keys_to_other_members()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        await HandMadePartition.HoldAsync(cluster.Nodes);
        using var caller = new WatchCaller(cluster.Channel("n1"));
        await caller.CreateAsync("a", "*");
        await PutAsync(cluster, "b/1", "0");
        Assert.Equal("0 2:b/1=0", await caller.SayAsync());

        await new HandMadePartition(1, "b/", 0, cluster["n2"], cluster["n3"]).CreateAsync();
        await PutAsync(cluster, "b/1", "1");
        await new HandMadePartition(2, "b/c/", 1, cluster["n2"]).CreateAsync();
        await PutAsync(cluster, "b/c/1", "2");
        Assert.Equal(["0 3:b/1=1", "0 4:b/c/1=2"], await caller.SayAsync(2));
    }

    [Fact]
    public async Task Nothing_is_lost_or_told_twice_when_the_member_on_the_way_stops()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        await HandMadePartition.HoldAsync(cluster.Nodes);
        await new HandMadePartition(1, "b/", 0, cluster["n2"], cluster["n3"]).CreateAsync();
        using var caller = new WatchCaller(cluster.Channel("n1"));
        await caller.CreateAsync("b/", "b0");
        await caller.SendAsync("b/1");
        await caller.SayAsync();

        const int values = 40;
        for (int i = 0; i < values; i++)
        {
            await PutAsync(cluster, "b/1", $"{i}");
            if (i % 10 == 9)
            {
                // The first of the replicas is the one that is asked first; then it is the other's turn.
                string name = i % 20 == 9 ? "n2" : "n3";
                await cluster.StopAsync(name);
                await cluster.StartAsync(name);
            }
        }

        // A put that was tried again may have happened twice: the revisions tell whether anything is missing.
        long[] revisions = [1, 1];
        int[] told = [-1, -1];
        while (told[0] < values - 1 || told[1] < values - 1)
        {
            WatchResponse response = await caller.NextAsync();
            Event put = Assert.Single(response.Events);
            Assert.Equal(++revisions[response.WatchId], put.Kv.ModRevision);
            int value = int.Parse(put.Kv.Value.Span, NumberStyles.None, CultureInfo.InvariantCulture);
            Assert.InRange(value, told[response.WatchId], told[response.WatchId] + 1);
            told[response.WatchId] = value;
        }
    }

    /// <summary>Puts as clients do: again while there is no leader.</summary>
    private static async Task PutAsync(EmbeddedCluster cluster, string key, string value)
    {
        while (true)
        {
            try
            {
                await new KV.KVClient(cluster.Channel("n1")).PutAsync(
                    new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) },
                    cancellationToken: Token);
                return;
            }
            catch (RpcException noLeader) when (noLeader.StatusCode == StatusCode.Unavailable)
            {
                Token.ThrowIfCancellationRequested();
            }
        }
    }
}
