using System.Diagnostics;

namespace Coordination.Benchmarks;

/// <summary>
/// A server program that is started anew for every measurement, as a cluster of processes on loopback. Takes etcd's options, so that one
/// command line does for etcd and for the coordinator.
/// </summary>
internal sealed class LaunchedTarget(string name, string program, int nodes, string dataDirectory) : IServerTarget
{
    private static readonly TimeSpan VersionLimit = TimeSpan.FromSeconds(10);

    private string? _version;

    public string Name => name;

    public string Version => _version ??= ReadVersion();

    public IServerSession Open(CancellationToken cancellation) => Launch(cancellation);

    /// <summary>As <see cref="Open"/>, with what only a started cluster can do.</summary>
    public LaunchedCluster Launch(CancellationToken cancellation)
    {
        var cluster = new LaunchedCluster(name, program, nodes, dataDirectory);
        try
        {
            cluster.Start(cancellation);
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    private string ReadVersion()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true })
                ?? throw new LoadException($"cannot start {program}.");
            if (!process.WaitForExit(VersionLimit))
            {
                process.Kill();
                throw new LoadException($"{program} --version does not end.");
            }

            return process.StandardOutput.ReadLine()?.Trim() ?? "unknown version";
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new LoadException($"cannot start {program}: {missing.Message}", missing);
        }
    }
}
