using Grpc.Net.Client;

namespace Coordination.Client.Tests;

/// <summary>A real server, alone in its cluster, on ports and data that outlive its process.</summary>
public sealed class RealServer : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly ServerCommand _command;
    private readonly LoopbackPorts _ports = LoopbackPorts.Find();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("client-tests-");
    private readonly GrpcChannel _channel;
    private ServerProcess? _process;

    private RealServer(ServerCommand command)
    {
        _command = command;
        _channel = _ports.OpenChannel();
    }

    /// <summary>Where clients find it.</summary>
    public string Url => $"http://{_ports.ClientUrl.Authority}";

    /// <summary>Starts a server that serves when this returns.</summary>
    public static async Task<RealServer> Start(ServerKind kind)
    {
        var server = new RealServer(kind == ServerKind.Etcd
            ? new ServerCommand(await DebianPackage.Require("etcd-server", command: "etcd", TestContext.Current.CancellationToken))
            : new ServerCommand(CoordinatorExecutable.Find()));
        await server.Start();
        return server;
    }

    /// <summary>Starts the process, on the data of the one before; it serves when this returns.</summary>
    public async Task Start()
    {
        _process = ServerProcess.Start(_command, _ports, _folder, []);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken, _process.Ended);
        var options = new CallOptions(deadline: DateTime.UtcNow + StartMax, cancellationToken: stop.Token).WithWaitForReady();
        while (true)
        {
            try
            {
                var request = new Etcd.RangeRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("ready?") };
                await new Etcd.KV.KVClient(_channel).RangeAsync(request, options);
                return;
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable)
            {
                // The channel noticed only now that the process before is gone.
            }
            catch (RpcException error)
            {
                throw new InvalidOperationException($"{_command.Executable} does not serve: {error.Status}\n{_process.Output}");
            }
        }
    }

    /// <summary>SIGKILL; returns when it is gone.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.Exit(TestContext.Current.CancellationToken);
        await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        if (_process is { } process)
        {
            await process.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
