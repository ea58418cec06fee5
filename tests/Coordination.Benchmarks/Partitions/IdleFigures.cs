using System.Globalization;

namespace Coordination.Benchmarks;

/// <summary>What a cluster uses that nobody asks anything.</summary>
/// <param name="CpuMilliseconds">Processor time of all nodes, in milliseconds a second.</param>
/// <param name="Bytes">Bytes a second over the loopback interface, whoever sent them.</param>
/// <param name="ResidentBytes">Memory of all nodes.</param>
internal readonly record struct IdleFigures(double CpuMilliseconds, double Bytes, double ResidentBytes)
{
    /// <summary>What is compiled after the start has been compiled by then.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(20);

    /// <summary>Waits for the cluster to come to rest, and then measures.</summary>
    public static async Task<IdleFigures> MeasureAsync(LaunchedCluster cluster, CancellationToken cancellation)
    {
        await PassAsync(Settling, cancellation);
        ProcessUsage before = ProcessUsage.Read(cluster.Pids);
        long bytesBefore = ReadLoopbackBytes();
        await PassAsync(Measured, cancellation);
        ProcessUsage after = ProcessUsage.Read(cluster.Pids);
        return new IdleFigures(
            (after.CpuSeconds - before.CpuSeconds) * 1_000 / Measured.TotalSeconds,
            (ReadLoopbackBytes() - bytesBefore) / Measured.TotalSeconds,
            after.ResidentBytes);
    }

    private static async Task PassAsync(TimeSpan time, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(cancellation);
    }

    private static long ReadLoopbackBytes()
    {
        string line = File.ReadLines("/proc/net/dev").First(static line => line.TrimStart().StartsWith("lo:", StringComparison.Ordinal));
        string received = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.Parse(received, CultureInfo.InvariantCulture);
    }
}
