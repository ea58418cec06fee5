using System.Buffers;
using System.Net;
using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.Silo;
using Coordination.StateMachine;
using Google.Protobuf;
using Orleans;
using Orleans.Runtime;

namespace Coordination.Server.Tests;

/// <summary>The silos inside the nodes of a cluster.</summary>
[Collection(ClusterCollection.Name)]
public sealed class NodeSiloTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silo_that_was_declared_dead_comes_back_and_its_node_serves_all_the_time()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        string[] names = [.. cluster.Names];
        await cluster.UntilAllAnswerAsync(names[0]);
        SiloHost victim = HostOf(cluster, names[2]);
        SiloAddress before = Assert.IsType<SiloAddress>(victim.Address);

        await DeclareDeadAsync(cluster[names[0]], before);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(120));
        while (victim.StartedCount < 2)
        {
            await PutAsync(cluster, names[2], patience.Token);
        }

        await cluster.UntilAllAnswerAsync(names[2]);
        await cluster.UntilAllAnswerAsync(names[0]);
        SiloAddress after = Assert.IsType<SiloAddress>(victim.Address);
        Assert.Equal(before.Endpoint, after.Endpoint);
        Assert.True(after.Generation > before.Generation);
        Assert.Equal((1, 1), (HostOf(cluster, names[0]).StartedCount, HostOf(cluster, names[1]).StartedCount));
    }

    [Fact]
    public async Task The_grain_of_a_replica_does_what_its_member_would()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        string[] names = [.. cluster.Names];
        await cluster.UntilAllAnswerAsync(names[0]);
        ulong other = cluster[names[1]].MemberId;
        IPartitionReplicaGrain replica = cluster[names[0]].Foundation.Silo.GetReplica(new ReplicaAddress(0, other));
        var command = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(
            new PutCommand(new PutOperation("grain"u8.ToArray(), "called"u8.ToArray())), command);

        EncodedBytes answer = await replica.InvokeAsync(new EncodedBytes(command.WrittenMemory.ToArray()), Token);
        await replica.StartAsync(new EncodedBytes(default), Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => replica.StopAsync(Token));
        await Assert.ThrowsAsync<PartitionNotHostedException>(
            () => cluster[names[0]].Foundation.Silo.GetReplica(new ReplicaAddress(7, other)).GetReportAsync(Token));

        Assert.Equal((ProposalEnd.Applied, ApplyError.None), ((ProposalEnd)answer.Memory.Span[0], (ApplyError)answer.Memory.Span[1]));
        RangeResponse read = await new KV.KVClient(cluster.Channel(names[2])).RangeAsync(
            new RangeRequest { Key = ByteString.CopyFromUtf8("grain") }, cancellationToken: Token);
        Assert.Equal("called", read.Kvs.Single().Value.ToStringUtf8());
    }

    [Theory]
    [InlineData("http://localhost:2380", "127.0.0.1:2380")]
    [InlineData("http://10.1.2.3:80", "10.1.2.3:80")]
    [InlineData("http://[::1]:2380", "[::1]:2380")]
    public async Task A_silo_is_where_its_member_advertises(string url, string expected)
    {
        IPEndPoint endPoint = await SiloEndPoint.ResolveAsync(new Uri(url), Token);

        Assert.Equal(expected, endPoint.ToString());
    }

    private static SiloHost HostOf(EmbeddedCluster cluster, string name) =>
        cluster[name].Foundation.Silo.Host ?? throw new InvalidOperationException($"{name} has no silo.");

    private static async Task PutAsync(EmbeddedCluster cluster, string name, CancellationToken cancellationToken) =>
        await new KV.KVClient(cluster.Channel(name)).PutAsync(
            new PutRequest { Key = ByteString.CopyFromUtf8("k") }, cancellationToken: cancellationToken);

    /// <summary>What other silos do when they miss probes.</summary>
    private static async Task DeclareDeadAsync(CoordinatorNode by, SiloAddress silo)
    {
        IMembershipTable table = new MembershipTable(
            new ReplicatedClusterTable(by.Foundation.Store.Default.Metadata), ReplicaAddress.NameOf(by.ClusterId));
        bool isWritten = false;
        while (!isWritten)
        {
            MembershipTableData data = await table.ReadAllAsync(Token);
            (MembershipEntry entry, string etag) = data.TryGet(silo)!;
            entry.Status = SiloStatus.Dead;
            isWritten = await table.UpdateRowAsync(entry, etag, data.Version.Next(), Token);
        }
    }
}
