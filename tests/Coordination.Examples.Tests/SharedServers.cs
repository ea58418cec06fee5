namespace Coordination.Examples.Tests;

/// <summary>One server of every kind, in processes of their own, for all tests.</summary>
public sealed class SharedServers : IAsyncLifetime
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("examples-tests-");
    private readonly Dictionary<ServerKind, (ServerProcess Process, Uri Url)> _servers = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Where clients find it.</summary>
    public string this[ServerKind kind] => _servers[kind].Url.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        Start(ServerKind.Etcd, await DebianPackage.Require("etcd-server", command: "etcd", Cancelled));
        Start(ServerKind.Coordinator, CoordinatorExecutable.Find());
        foreach (var (process, url) in _servers.Values)
        {
            await AwaitServing(process, url);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, _) in _servers.Values)
        {
            await process.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private void Start(ServerKind kind, string executable)
    {
        var ports = LoopbackPorts.Find();
        var folder = _folder.CreateSubdirectory(kind.ToString());
        _servers.Add(kind, (ServerProcess.Start(new ServerCommand(executable), ports, folder, flags: []), ports.ClientUrl));
    }

    private static async Task AwaitServing(ServerProcess process, Uri url)
    {
        using var http = new HttpClient { BaseAddress = url };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled, process.Ended);
        limit.CancelAfter(StartMax);
        using var timer = new PeriodicTimer(AskAgainAfter);
        try
        {
            while (!await IsServing(http, limit.Token))
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException failure)
        {
            throw new InvalidOperationException($"The server does not serve.\n{process.Output}", failure);
        }
    }

    private static async Task<bool> IsServing(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync("/health", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
