using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Coordination.Benchmarks;

/// <summary>
/// The processes of one cluster with their ports and data folders. Owns both: whatever happens, disposing of it ends the processes by
/// their ids and removes the data.
/// </summary>
internal sealed class LaunchedCluster : IServerSession
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(120);

    private readonly string _name;
    private readonly string _directory;
    private readonly List<ServerNode> _nodes = [];

    public LaunchedCluster(string name, string program, int nodes, string dataDirectory)
    {
        _name = name;
        _directory = Path.Combine(dataDirectory, $"{name}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_directory);

        int[] ports = FindFreePorts(2 * nodes);
        string initialCluster = string.Join(',', Enumerable.Range(0, nodes).Select(i => $"n{i}=http://127.0.0.1:{ports[nodes + i]}"));
        for (int i = 0; i < nodes; i++)
        {
            string clientUrl = $"http://127.0.0.1:{ports[i]}";
            string peerUrl = $"http://127.0.0.1:{ports[nodes + i]}";
            _nodes.Add(new ServerNode(program, Path.Combine(_directory, $"n{i}.log"),
            [
                "--name", $"n{i}",
                "--data-dir", Path.Combine(_directory, $"n{i}"),
                "--listen-client-urls", clientUrl,
                "--advertise-client-urls", clientUrl,
                "--listen-peer-urls", peerUrl,
                "--initial-advertise-peer-urls", peerUrl,
                "--initial-cluster", initialCluster,
                "--initial-cluster-token", Path.GetFileName(_directory),
                "--initial-cluster-state", "new",
            ]));
        }

        Endpoints = [.. ports.Take(nodes).Select(port => new IPEndPoint(IPAddress.Loopback, port))];
    }

    public IReadOnlyList<IPEndPoint> Endpoints { get; }

    public IReadOnlyList<int> Pids => [.. _nodes.Select(node => node.Pid)];

    /// <summary>The size of all files in the data folders.</summary>
    public long DiskBytes => new DirectoryInfo(_directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>How long the last start took, until each process had answered a linearizable read.</summary>
    public TimeSpan StartDuration { get; private set; }

    /// <summary>Starts all processes and waits until each of them has answered a linearizable read.</summary>
    public void Start(CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        _nodes.ForEach(node => node.Start());
        FirstRead.Await(Endpoints, AnswerLimit, FindFailure, cancellation);
        StartDuration = Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Ends all processes in good order and keeps the data.</summary>
    public void Stop()
    {
        _nodes.ForEach(node => node.RequestStop());
        _nodes.ForEach(node => node.AwaitStop());
    }

    /// <summary>Ends one process on the spot.</summary>
    public void Kill(int node) => _nodes[node].Kill();

    /// <summary>Sends a signal to one process.</summary>
    public void Signal(int node, int signal) => _nodes[node].Signal(signal);

    /// <summary>Starts one process on its data, and waits until each of all has answered a linearizable read.</summary>
    public void StartAgain(int node, CancellationToken cancellation)
    {
        _nodes[node].Start();
        AwaitReads(cancellation);
    }

    /// <summary>Waits until each of the processes has answered a linearizable read.</summary>
    public void AwaitReads(CancellationToken cancellation) => FirstRead.Await(Endpoints, AnswerLimit, FindFailure, cancellation);

    public void Settle(CancellationToken cancellation)
    {
        Stop();
        Start(cancellation);
    }

    public string? FindFailure() => _nodes.Find(node => node.HasEnded) is { } ended
        ? $"{_name} has ended by itself; its last words:{Environment.NewLine}{ended.ReadLastWords()}"
        : null;

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>All listeners are open at once, so that no port is found twice.</summary>
    private static int[] FindFreePorts(int count)
    {
        List<TcpListener> listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        try
        {
            listeners.ForEach(listener => listener.Start());
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}
