namespace Coordination.Recipes.Tests;

/// <summary>One server of every kind for the tests that break none; each of them has a namespace of its own.</summary>
public sealed class SharedServers : IAsyncLifetime
{
    private readonly Dictionary<ServerKind, TestCluster> _servers = [];
    private int _namespaces;

    public async ValueTask InitializeAsync()
    {
        foreach (var kind in Enum.GetValues<ServerKind>())
        {
            _servers.Add(kind, await TestCluster.Start(kind));
        }
    }

    public TestCluster this[ServerKind kind] => _servers[kind];

    /// <summary>A client that sees only keys of its own.</summary>
    public CoordinationClient Connect(ServerKind kind) => _servers[kind].Connect($"test-{Interlocked.Increment(ref _namespaces)}/");

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }
    }
}
