using Grpc.Net.Client;

namespace Coordination.Conformance.Tests;

/// <summary>A server that answers, started for a test or a test class; disposal ends it and removes its data.</summary>
public sealed class Server : IAsyncDisposable
{
    private const int StartAttemptsMax = 3;

    private readonly Func<LoopbackPorts, ServerProcess> _launch;
    private readonly DirectoryInfo _folder;
    private readonly GrpcChannel _channel;
    private ServerProcess _process;
    private int _sessions;

    private Server(
        IConformanceTarget target,
        LoopbackPorts ports,
        DirectoryInfo folder,
        Func<LoopbackPorts, ServerProcess> launch,
        ServerProcess process,
        GrpcChannel channel)
    {
        Target = target;
        Ports = ports;
        _folder = folder;
        _launch = launch;
        _process = process;
        _channel = channel;
    }

    public IConformanceTarget Target { get; }

    public LoopbackPorts Ports { get; }

    /// <summary>HOST:PORT of the client port.</summary>
    public string Endpoint => Ports.ClientUrl.Authority;

    public static async Task<Server> Start(IConformanceTarget target, ServerSettings? settings = null)
    {
        var command = await target.Prepare(TestContext.Current.CancellationToken);
        var flags = (settings ?? ServerSettings.Default).Flags(target.Capabilities).ToArray();
        for (var attempt = 1; ; attempt++)
        {
            var ports = LoopbackPorts.Find();
            var folder = Directory.CreateTempSubdirectory("conformance-");
            ServerProcess Launch(LoopbackPorts own) => ServerProcess.Start(command, own, folder, flags);
            var server = new Server(target, ports, folder, Launch, Launch(ports), ports.OpenChannel());
            if (await Readiness.Reached(server._channel, server._process))
            {
                return server;
            }

            var output = server._process.Output;
            await server.DisposeAsync();

            // Somebody else may have taken a port between our look and the server's.
            if (attempt == StartAttemptsMax || !output.Contains("address already in use", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{target.Name} did not start:\n{output}");
            }
        }
    }

    /// <summary>A connection with a key prefix no other session of this server has.</summary>
    public Session OpenSession() => new(_channel, Target, Ports, prefix: $"session-{Interlocked.Increment(ref _sessions)}/");

    /// <summary>Kills the process without warning and starts another on the same data and ports.</summary>
    public async Task KillAndRestart()
    {
        await _process.DisposeAsync();
        _process = _launch(Ports);
        if (!await Readiness.Reached(_channel, _process))
        {
            throw new InvalidOperationException($"{Target.Name} did not start again:\n{_process.Output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
