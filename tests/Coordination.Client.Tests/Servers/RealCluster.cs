using System.Globalization;
using Grpc.Net.Client;

namespace Coordination.Client.Tests;

/// <summary>Three real servers that form one cluster, until they are frozen or killed.</summary>
public sealed class RealCluster : IAsyncDisposable
{
    private const int Size = 3;

    private static readonly TimeSpan StatusMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("client-tests-");
    private readonly LoopbackPorts[] _ports = [.. Enumerable.Range(0, Size).Select(_ => LoopbackPorts.Find())];
    private readonly GrpcChannel[] _channels;
    private readonly List<ServerProcess> _processes = [];

    private RealCluster() => _channels = [.. _ports.Select(ports => ports.OpenChannel())];

    /// <summary>Where clients find the members.</summary>
    public IReadOnlyList<string> Urls => [.. _ports.Select(ports => ports.ClientUrl.GetLeftPart(UriPartial.Authority))];

    /// <summary>Starts a cluster that has a leader, and serves at every member, when this returns.</summary>
    public static async Task<RealCluster> Start(ServerKind kind)
    {
        var cluster = new RealCluster();
        var command = await RealServer.FindCommand(kind);
        for (var member = 0; member < Size; member++)
        {
            var folder = cluster._folder.CreateSubdirectory(NameOf(member));
            cluster._processes.Add(ServerProcess.Start(command, folder, cluster.Arguments(member, folder)));
        }

        foreach (var channel in cluster._channels)
        {
            await Repeat(async () =>
            {
                var request = new Etcd.RangeRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("ready?") };
                await new Etcd.KV.KVClient(channel).RangeAsync(request, cancellationToken: TestLimits.Token);
                return true;
            });
        }

        return cluster;
    }

    /// <summary>The member that leads, once there is one.</summary>
    public async Task<int> FindLeader()
    {
        var leader = -1;
        await Repeat(async () =>
        {
            for (var member = 0; member < Size && leader < 0; member++)
            {
                var status = await new Etcd.Maintenance.MaintenanceClient(_channels[member]).StatusAsync(
                    new Etcd.StatusRequest(), deadline: DateTime.UtcNow + StatusMax, cancellationToken: TestLimits.Token);
                leader = status.Leader == status.Header.MemberId ? member : -1;
            }

            return leader >= 0;
        });
        return leader;
    }

    /// <summary>SIGSTOP: its connections stay, and nothing is answered on them.</summary>
    public void Freeze(int member) => Signal.Send(
        _processes[member].FindId() ?? throw new InvalidOperationException(_processes[member].Output), Signal.Stop);

    /// <summary>SIGKILL; returns when it is gone.</summary>
    public async Task Kill(int member)
    {
        _processes[member].Kill();
        await _processes[member].Exit(TestLimits.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private static async Task Repeat(Func<Task<bool>> attempt)
    {
        using var timer = new PeriodicTimer(AskAgainAfter);
        while (true)
        {
            try
            {
                if (await attempt())
                {
                    return;
                }
            }
            catch (RpcException) when (!TestLimits.Token.IsCancellationRequested)
            {
                // Not yet.
            }

            await timer.WaitForNextTickAsync(TestLimits.Token);
        }
    }

    private static string NameOf(int member) => $"m{member.ToString(CultureInfo.InvariantCulture)}";

    private string PeerUrlOf(int member) => _ports[member].PeerUrl.GetLeftPart(UriPartial.Authority);

    private IEnumerable<string> Arguments(int member, DirectoryInfo folder) =>
    [
        $"--name={NameOf(member)}", $"--data-dir={Path.Combine(folder.FullName, "data")}",
        $"--listen-client-urls={Urls[member]}", $"--advertise-client-urls={Urls[member]}",
        $"--listen-peer-urls={PeerUrlOf(member)}", $"--initial-advertise-peer-urls={PeerUrlOf(member)}",
        $"--initial-cluster={string.Join(',', Enumerable.Range(0, Size).Select(other => $"{NameOf(other)}={PeerUrlOf(other)}"))}",
    ];
}
