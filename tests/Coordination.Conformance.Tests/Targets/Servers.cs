using System.Collections.Concurrent;

namespace Coordination.Conformance.Tests;

/// <summary>One server of each deployment, started when a test class first needs it and shared by the tests of the class.</summary>
public sealed class Servers : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Server> _running = new();

    /// <summary>Opens a session on the class's server. The tests of a class run one after another.</summary>
    public async Task<Session> Open(IConformanceTarget target)
    {
        if (!_running.TryGetValue(target.Deployment, out var server))
        {
            server = await Server.Start(target);
            _running[target.Deployment] = server;
        }

        return server.OpenSession(target);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _running.Values)
        {
            await server.DisposeAsync();
        }
    }
}
