namespace Coordination.Conformance.Tests;

/// <summary>
/// A deployment that answers, started for a test or a test class: a lone server, or a cluster. Disposal ends it and removes its data.
/// </summary>
public sealed class Server : IAsyncDisposable
{
    private const int StartAttemptsMax = 3;

    /// <summary>Starting is work for all cores: what starts beside many others misses its time limits, and other cases theirs.</summary>
    private static readonly SemaphoreSlim Starting = new(2, 2);

    private readonly string[] _flags;
    private int _sessions;

    private Server(IReadOnlyList<ServerNode> nodes, string[] flags)
    {
        Nodes = nodes;
        _flags = flags;
    }

    /// <summary>The members; the first leads.</summary>
    public IReadOnlyList<ServerNode> Nodes { get; }

    /// <summary>Starts the deployment of a target; all members answer, and the first leads.</summary>
    public static async Task<Server> Start(IConformanceTarget target, ServerSettings? settings = null)
    {
        var command = await target.Prepare(TestContext.Current.CancellationToken);
        string[] flags = [.. (settings ?? ServerSettings.Default).Flags(target.Capabilities)];
        string[] names = target.ClusterSize == 1 ? ["default"] : [.. Enumerable.Range(1, target.ClusterSize).Select(n => $"member-{n}")];
        for (var attempt = 1; ; attempt++)
        {
            var server = new Server([.. names.Select(name => new ServerNode(name, command))], flags);
            if (await server.Run())
            {
                return server;
            }

            var output = server.Output;
            await server.DisposeAsync();

            // Somebody else may have taken a port between our look and the server's.
            if (attempt == StartAttemptsMax || !output.Contains("address already in use", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{target.Name} did not start:\n{output}");
            }
        }
    }

    /// <summary>A connection through the target's member, with a key prefix no other session of this deployment has.</summary>
    public Session OpenSession(IConformanceTarget target) =>
        new(target, Nodes, target.Member, prefix: $"session-{Interlocked.Increment(ref _sessions)}/");

    /// <summary>Kills all processes without warning and starts others on the same data and ports.</summary>
    public async Task KillAndRestart()
    {
        foreach (var node in Nodes)
        {
            await node.Kill();
        }

        if (!await Run())
        {
            throw new InvalidOperationException($"The server did not start again:\n{Output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }
    }

    private string Output => string.Join('\n', Nodes.Select(node => $"--- {node.Name}:\n{node.Output}"));

    private async Task<bool> Run()
    {
        var initialCluster = string.Join(',', Nodes.Select(node => node.InitialMember));
        await Starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            foreach (var node in Nodes)
            {
                node.Launch(initialCluster, _flags);
            }

            var ready = await Task.WhenAll(Nodes.Select(node => node.IsReady()));
            if (ready.Contains(false))
            {
                return false;
            }

            await Leadership.GiveToFirst(Nodes);
            return true;
        }
        finally
        {
            Starting.Release();
        }
    }
}
