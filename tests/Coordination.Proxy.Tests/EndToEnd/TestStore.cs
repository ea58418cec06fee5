using Coordination.Server;

namespace Coordination.Proxy.Tests;

/// <summary>A coordinator in this process, empty, and a client of it.</summary>
public sealed class TestStore : IAsyncLifetime
{
    private CoordinatorNode? _node;
    private CoordinationClient? _client;

    public Uri Url => _node!.ClientUrl;

    public CoordinationClient Client => _client!;

    public async ValueTask InitializeAsync()
    {
        _node = await CoordinatorNode.StartEmbeddedAsync();
        _client = new CoordinationClient(_node.ClientUrl.ToString());
    }

    /// <summary>Registers an instance as a shell script would: one put of JSON, on no lease.</summary>
    public Task Put(string service, string id, string json) =>
        Client.KeyValues.PutAsync($"services/{service}/{id}", json, cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _client!.DisposeAsync();
        await _node!.DisposeAsync();
    }
}
