using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Coordination.Server.Tests;

/// <summary>Nodes inside an application's process.</summary>
public sealed class CoordinatorNodeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_nodes_in_one_process_have_ports_and_data_of_their_own()
    {
        CoordinatorNode[] nodes = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => CoordinatorNode.StartEmbeddedAsync(null, null, Token)));
        try
        {
            for (int i = 0; i < nodes.Length; i++)
            {
                await PutAsync(nodes[i], $"key of {i}");
            }

            Assert.Equal(nodes.Length, nodes.Select(node => node.ClientUrl).Distinct().Count());
            foreach (CoordinatorNode node in nodes)
            {
                Assert.Equal(1, (await ReadAllAsync(node)).Count);
            }
        }
        finally
        {
            foreach (CoordinatorNode node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task The_temporary_folder_goes_with_the_node()
    {
        string folder = string.Empty;
        CoordinatorNode node = await CoordinatorNode.StartEmbeddedAsync(
            options =>
            {
                folder = options.DataDirectory;
                return options;
            },
            null,
            Token);
        Assert.True(Directory.Exists(folder));

        await node.DisposeAsync();

        Assert.False(Directory.Exists(folder));
        Assert.False(Directory.Exists(Path.GetDirectoryName(folder)));
    }

    [Fact]
    public async Task Members_are_told_by_the_port_that_the_system_chose()
    {
        await using CoordinatorNode node = await CoordinatorNode.StartEmbeddedAsync(null, null, Token);
        using GrpcChannel channel = GrpcChannel.ForAddress(node.ClientUrl);

        MemberListResponse members = await new Cluster.ClusterClient(channel).MemberListAsync(
            new MemberListRequest(), cancellationToken: Token);

        Assert.Equal([node.ClientUrl.GetLeftPart(UriPartial.Authority)], Assert.Single(members.Members).ClientURLs);
    }

    [Fact]
    public async Task A_named_data_directory_stays_and_can_be_opened_again()
    {
        string folder = Directory.CreateTempSubdirectory("embedded-").FullName;
        try
        {
            NodeOptions In(NodeOptions options) => options with { DataDirectory = Path.Combine(folder, "data") };
            await using (CoordinatorNode first = await CoordinatorNode.StartEmbeddedAsync(In, null, Token))
            {
                await PutAsync(first, "k");
            }

            await using CoordinatorNode second = await CoordinatorNode.StartEmbeddedAsync(In, null, Token);

            Assert.Equal(1, (await ReadAllAsync(second)).Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_directory_in_use_is_refused_in_the_same_process_too()
    {
        string data = string.Empty;
        await using CoordinatorNode first = await CoordinatorNode.StartEmbeddedAsync(
            options =>
            {
                data = options.DataDirectory;
                return options;
            },
            null,
            Token);

        NodeStartException refusal = await Assert.ThrowsAsync<NodeStartException>(
            () => CoordinatorNode.StartEmbeddedAsync(options => options with { DataDirectory = data }, null, Token));

        Assert.Contains(data, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_stops_warns_of_nothing()
    {
        using var logs = new CapturedLogs();
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        await using (CoordinatorNode node = await CoordinatorNode.StartEmbeddedAsync(null, loggers, Token))
        {
            await PutAsync(node, "k");
        }

        Assert.Empty(logs.Warnings);
    }

    private static async Task PutAsync(CoordinatorNode node, string key)
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(node.ClientUrl);
        await new KV.KVClient(channel).PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8(key) }, cancellationToken: Token);
    }

    private static async Task<RangeResponse> ReadAllAsync(CoordinatorNode node)
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(node.ClientUrl);
        ByteString zero = ByteString.CopyFrom(0);
        return await new KV.KVClient(channel).RangeAsync(new RangeRequest { Key = zero, RangeEnd = zero }, cancellationToken: Token);
    }
}
