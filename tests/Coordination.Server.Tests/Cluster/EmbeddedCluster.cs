using System.Net;
using System.Net.Sockets;
using Coordination.Protocol.V1;
using Grpc.Net.Client;

namespace Coordination.Server.Tests;

/// <summary>Some nodes of one cluster inside the test's process, on free ports of the loopback interface.</summary>
internal sealed class EmbeddedCluster : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embedded-cluster-");
    private readonly Dictionary<string, IReadOnlyList<Uri>> _members = [];
    private readonly Dictionary<string, CoordinatorNode> _nodes = [];
    private readonly Dictionary<string, GrpcChannel> _channels = [];

    private readonly TimeSpan? _replaceReplicasAfter;

    private EmbeddedCluster(int members, TimeSpan? replaceReplicasAfter)
    {
        _replaceReplicasAfter = replaceReplicasAfter;
        List<TcpListener> listeners = [.. Enumerable.Range(0, members).Select(static _ => new TcpListener(IPAddress.Loopback, 0))];
        listeners.ForEach(static listener => listener.Start());
        for (int i = 0; i < listeners.Count; i++)
        {
            _members[$"n{i + 1}"] = [new Uri($"http://127.0.0.1:{((IPEndPoint)listeners[i].LocalEndpoint).Port}")];
        }

        listeners.ForEach(static listener => listener.Dispose());
    }

    public IEnumerable<string> Names => _members.Keys;

    public IEnumerable<CoordinatorNode> Nodes => _nodes.Values;

    public CoordinatorNode this[string name] => _nodes[name];

    public static EmbeddedCluster NotStarted() => new(3, null);

    public static async Task<EmbeddedCluster> StartAsync(int members = 3, TimeSpan? replaceReplicasAfter = null)
    {
        var cluster = new EmbeddedCluster(members, replaceReplicasAfter);
        await Task.WhenAll(cluster.Names.Select(cluster.StartAsync));
        return cluster;
    }

    public Uri PeerUrl(string name) => _members[name][0];

    public GrpcChannel Channel(string name) => _channels[name];

    public async Task StartAsync(string name)
    {
        CoordinatorNode node = await CoordinatorNode.StartEmbeddedAsync(
            options => options with
            {
                Name = name,
                DataDirectory = Path.Combine(_folder.FullName, name),
                InitialCluster = _members,
                InitialAdvertisePeerUrls = _members[name],
                ListenPeerUrls = _members[name],
                ReplaceReplicasAfter = _replaceReplicasAfter,
                UnsafeNoFsync = true,
            },
            null,
            TestContext.Current.CancellationToken);
        lock (_nodes)
        {
            _nodes[name] = node;
            _channels[name] = GrpcChannel.ForAddress(node.ClientUrl);
        }
    }

    /// <summary>Waits until replicas of all members answer a member that is asked, and gives what they say.</summary>
    public async Task<Partition> UntilAllAnswerAsync(string asked)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(120));
        await Task.WhenAll(_nodes.Values.Select(node => node.Foundation.Silo.WaitUntilActiveAsync(patience.Token)));
        var partitions = new Partitions.PartitionsClient(Channel(asked));
        while (true)
        {
            ListPartitionsResponse list = await partitions.ListPartitionsAsync(
                new ListPartitionsRequest(), cancellationToken: patience.Token);
            Partition partition = list.Partitions.Single();
            bool isAgreed = partition.Replicas.Select(static replica => replica.LeaderId).Distinct().Count() == 1;
            if (isAgreed && partition.Replicas.All(static replica => replica.Unreachable.Length == 0))
            {
                return partition;
            }
        }
    }

    public async Task StopAsync(string name)
    {
        _channels[name].Dispose();
        await _nodes[name].DisposeAsync();
        _channels.Remove(name);
        _nodes.Remove(name);
    }

    /// <summary>The data of a member that is stopped are gone.</summary>
    public void LoseData(string name) => Directory.Delete(Path.Combine(_folder.FullName, name), recursive: true);

    public async ValueTask DisposeAsync()
    {
        foreach (GrpcChannel channel in _channels.Values)
        {
            channel.Dispose();
        }

        await Task.WhenAll(_nodes.Values.Select(static node => node.DisposeAsync().AsTask()));
        _folder.Delete(recursive: true);
    }
}
