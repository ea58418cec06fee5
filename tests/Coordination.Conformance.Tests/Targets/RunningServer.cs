using Grpc.Net.Client;

namespace Coordination.Conformance.Tests;

/// <summary>A server process on a folder that outlives it, for tests that end and start servers themselves.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private const int StartAttemptsMax = 3;

    private readonly GrpcChannel _channel;

    private RunningServer(ServerProcess process, GrpcChannel channel)
    {
        _channel = channel;
        Process = process;
        Calls = new Connection(channel);
    }

    public ServerProcess Process { get; }

    public Connection Calls { get; }

    /// <summary>Starts a process and does not wait for it to serve, or even to live.</summary>
    /// <param name="target">What to start.</param>
    /// <param name="folder">Its data directory is in there.</param>
    /// <param name="settings">What is not as by default.</param>
    /// <param name="runner">See <see cref="ServerCommand.Runner"/>.</param>
    public static async Task<RunningServer> Launch(
        IConformanceTarget target, DirectoryInfo folder, ServerSettings settings, params string[] runner)
    {
        var command = await target.Prepare(TestContext.Current.CancellationToken) with { Runner = runner };
        var ports = LoopbackPorts.Find();
        var process = ServerProcess.Start(command, ports, folder, settings.Flags(target.Capabilities));
        return new RunningServer(process, ports.OpenChannel());
    }

    /// <summary>Starts a server that answers.</summary>
    /// <exception cref="InvalidOperationException">It does not; says what it wrote.</exception>
    public static async Task<RunningServer> Start(IConformanceTarget target, DirectoryInfo folder, ServerSettings settings)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = await Launch(target, folder, settings);
            if (await server.IsReady())
            {
                return server;
            }

            await server.DisposeAsync();

            // Somebody else may have taken a port between our look and the server's.
            var output = server.Process.Output;
            if (attempt == StartAttemptsMax || !output.Contains("address already in use", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{target.Name} did not start:\n{output}");
            }
        }
    }

    /// <summary>True once it serves; false when it ended instead, or stays silent.</summary>
    public Task<bool> IsReady() => Readiness.Reached(_channel, Process);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _channel.Dispose();
    }
}
