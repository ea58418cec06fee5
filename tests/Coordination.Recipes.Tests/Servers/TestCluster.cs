namespace Coordination.Recipes.Tests;

/// <summary>A cluster of real servers, on ports and data that outlive their processes. The test that breaks it calls it.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(50);

    private readonly ServerCommand _command;
    private readonly LoopbackPorts[] _ports;
    private readonly ServerProcess?[] _processes;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recipes-tests-");

    private TestCluster(ServerCommand command, int size)
    {
        _command = command;
        _ports = [.. Enumerable.Range(0, size).Select(_ => LoopbackPorts.Find())];
        _processes = new ServerProcess?[size];
    }

    /// <summary>Where clients find the members.</summary>
    public IReadOnlyList<string> Urls => [.. _ports.Select(ports => $"http://{ports.ClientUrl.Authority}")];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Starts a cluster, all of whose members serve when this returns.</summary>
    public static async Task<TestCluster> Start(ServerKind kind, int size = 1)
    {
        var cluster = new TestCluster(
            kind == ServerKind.Etcd
                ? new ServerCommand(await DebianPackage.Require("etcd-server", command: "etcd", Cancelled))
                : new ServerCommand(CoordinatorExecutable.Find()),
            size);
        for (var member = 0; member < size; member++)
        {
            cluster.Launch(member);
        }

        for (var member = 0; member < size; member++)
        {
            await cluster.AwaitServing(member);
        }

        return cluster;
    }

    /// <summary>A client of the members, in this order of preference.</summary>
    public CoordinationClient Connect(Key keys = default, params int[] members)
    {
        var options = new CoordinationClientOptions { Namespace = keys };
        foreach (var url in members.Length == 0 ? Urls : [.. members.Select(member => Urls[member])])
        {
            options.Endpoints.Add(new Uri(url));
        }

        return new CoordinationClient(options);
    }

    /// <summary>SIGKILL; returns when it is gone.</summary>
    public async Task Kill(int member)
    {
        var process = _processes[member]!;
        _processes[member] = null;
        process.Kill();
        await process.Exit(Cancelled);
        await process.DisposeAsync();
    }

    /// <summary>SIGSTOP, or SIGCONT.</summary>
    public void Send(int member, int signal) => Signal.Send(_processes[member]!.FindId()!.Value, signal);

    /// <summary>Starts a member again on its data; it serves when this returns.</summary>
    public Task Restart(int member)
    {
        Launch(member);
        return AwaitServing(member);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.OfType<ServerProcess>())
        {
            await process.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private void Launch(int member)
    {
        var ports = _ports[member];
        var folder = _folder.CreateSubdirectory(NameOf(member));
        var members = _ports.Select((other, number) => $"{NameOf(number)}=http://{other.PeerUrl.Authority}");
        _processes[member] = ServerProcess.Start(
            _command,
            folder,
            [
                $"--name={NameOf(member)}",
                $"--data-dir={Path.Combine(folder.FullName, "data")}",
                $"--listen-client-urls={Urls[member]}",
                $"--advertise-client-urls={Urls[member]}",
                $"--listen-peer-urls=http://{ports.PeerUrl.Authority}",
                $"--initial-advertise-peer-urls=http://{ports.PeerUrl.Authority}",
                $"--initial-cluster={string.Join(',', members)}",
            ]);
    }

    private static string NameOf(int member) => FormattableString.Invariant($"m{member}");

    private async Task AwaitServing(int member)
    {
        await using var client = Connect(default, member);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(StartMax);
        using var timer = new PeriodicTimer(AskAgainAfter);
        while (true)
        {
            try
            {
                await client.KeyValues.GetAsync("ready?", cancellationToken: limit.Token);
                return;
            }
            catch (CoordinationException) when (!_processes[member]!.Ended.IsCancellationRequested)
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{NameOf(member)} does not serve.\n{_processes[member]!.Output}", failure);
            }
        }
    }
}
