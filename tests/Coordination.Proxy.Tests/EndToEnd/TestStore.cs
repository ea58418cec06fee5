using Coordination.Server;

namespace Coordination.Proxy.Tests;

/// <summary>A coordinator in this process, empty, and a client of it.</summary>
public sealed class TestStore : IAsyncLifetime
{
    private readonly Uri? _url;
    private CoordinatorNode? _node;
    private CoordinationClient? _client;

    public TestStore()
    {
    }

    /// <summary>One that listens where it is told.</summary>
    internal TestStore(Uri url)
    {
        _url = url;
    }

    public Uri Url => _node!.ClientUrl;

    public CoordinationClient Client => _client!;

    public async ValueTask InitializeAsync()
    {
        _node = await CoordinatorNode.StartEmbeddedAsync(
            options => _url is null ? options : options with { ListenClientUrls = [_url] }, null, TestContext.Current.CancellationToken);
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
