using Grpc.Net.Client;

namespace Coordination.Conformance.Tests;

/// <summary>One member of a deployment: its process, which may be ended and started again, on ports and a folder that stay.</summary>
public sealed class ServerNode : IAsyncDisposable
{
    private readonly ServerCommand _command;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("conformance-");
    private ServerProcess? _process;

    public ServerNode(string name, ServerCommand command)
    {
        Name = name;
        _command = command;
        Channel = Ports.OpenChannel();
        Calls = new Connection(Channel);
    }

    public string Name { get; }

    public LoopbackPorts Ports { get; } = LoopbackPorts.Find();

    /// <summary>A channel to this member alone.</summary>
    public GrpcChannel Channel { get; }

    public Connection Calls { get; }

    /// <summary>NAME=PEER-URL, as a list of initial members says it.</summary>
    public string InitialMember => $"{Name}={Text(Ports.PeerUrl)}";

    /// <summary>The last lines that the process wrote.</summary>
    public string Output => _process?.Output ?? "";

    /// <summary>Starts the process and does not wait for it to serve.</summary>
    public void Launch(string initialCluster, IEnumerable<string> flags) => _process = ServerProcess.Start(
        _command,
        _folder,
        [
            $"--name={Name}",
            $"--data-dir={Path.Combine(_folder.FullName, "data")}",
            $"--listen-client-urls={Text(Ports.ClientUrl)}",
            $"--advertise-client-urls={Text(Ports.ClientUrl)}",
            $"--listen-peer-urls={Text(Ports.PeerUrl)}",
            $"--initial-advertise-peer-urls={Text(Ports.PeerUrl)}",
            $"--initial-cluster={initialCluster}",
            .. flags,
        ]);

    /// <summary>True once the process serves; false when it ended instead, or stays silent.</summary>
    public Task<bool> IsReady() => Readiness.Reached(
        Channel, _process ?? throw new InvalidOperationException("The process was not started."));

    /// <summary>Ends the process without warning.</summary>
    public async ValueTask Kill()
    {
        if (_process is { } running)
        {
            _process = null;
            await running.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await Kill();
        _folder.Delete(recursive: true);
    }

    private static string Text(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
