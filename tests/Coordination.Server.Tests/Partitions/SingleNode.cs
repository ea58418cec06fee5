using Grpc.Net.Client;

namespace Coordination.Server.Tests;

/// <summary>A node that is the whole cluster, in the test's process; it can be stopped and started again.</summary>
internal sealed class SingleNode : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("single-node-");
    private CoordinatorNode? _node;
    private GrpcChannel? _channel;

    public PartitionClient Client => new(_channel ?? throw new InvalidOperationException("The node is not started."));

    public CoordinatorNode Node => _node ?? throw new InvalidOperationException("The node is not started.");

    public static async Task<SingleNode> StartAsync()
    {
        var node = new SingleNode();
        await node.RestartAsync();
        return node;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        _node = await CoordinatorNode.StartEmbeddedAsync(
            options => options with { DataDirectory = Path.Combine(_folder.FullName, "data"), UnsafeNoFsync = true }, null,
            TestContext.Current.CancellationToken);
        _channel = GrpcChannel.ForAddress(_node.ClientUrl);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StopAsync()
    {
        _channel?.Dispose();
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }
}
