using System.Globalization;

namespace Coordination.Benchmarks;

/// <summary>
/// The command "partitions": what a cluster of three costs at rest with 1, 100 and 1,000 partitions, and what puts cost over four
/// partitions and over one.
/// </summary>
internal static class PartitionsCommand
{
    private const int Nodes = 3;

    private static readonly int[] IdleCounts = [1, 100, 1_000];

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments.Count != 1)
        {
            await Console.Error.WriteLineAsync("usage: partitions COORDINATOR   (the published program)");
            return 2;
        }

        using var interruption = new Interruption();
        try
        {
            string coordinator = Path.GetFullPath(arguments[0]);
            await MeasureIdleAsync(coordinator, interruption.Token);
            await MeasureSpreadAsync(coordinator, interruption.Token);
            return 0;
        }
        catch (LoadException failed)
        {
            await Console.Error.WriteLineAsync($"error: {failed.Message}");
            return 1;
        }
    }

    private static async Task MeasureIdleAsync(string program, CancellationToken cancellation)
    {
        Console.WriteLine("| Partitions | Processor time, three nodes | Bytes over loopback | Memory, three nodes | Time to create them |");
        Console.WriteLine("|--:|--:|--:|--:|--:|");
        foreach (int count in IdleCounts)
        {
            using var cluster = Start(program, cancellation);
            TimeSpan created = await PartitionSetup.CreateAsync(
                cluster, Enumerable.Range(1, count - 1).Select(static i => FormattableString.Invariant($"/idle/{i:0000}/")), cancellation);
            IdleFigures idle = await IdleFigures.MeasureAsync(cluster, cancellation);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {count:#,0} | {idle.CpuMilliseconds:0.0} ms/s | {idle.Bytes / 1024:#,0} KiB/s "
                + $"| {idle.ResidentBytes / (1 << 20):#,0} MiB | {created.TotalSeconds:0.0} s |"));
        }
    }

    /// <summary>The keys' first digit that varies goes from 0 to 3: a partition for each of them, or one for all.</summary>
    private static async Task MeasureSpreadAsync(string program, CancellationToken cancellation)
    {
        Console.WriteLine();
        Console.WriteLine("| Partitions | Puts/s | p50 | p99 | Processor time a put |");
        Console.WriteLine("|--:|--:|--:|--:|--:|");
        for (int repetition = 0; repetition < 3; repetition++)
        {
            foreach (int count in (int[])[1, 4])
            {
                using var cluster = Start(program, cancellation);
                await PartitionSetup.CreateAsync(
                    cluster, Enumerable.Range(1, count - 1).Select(static digit => FormattableString.Invariant($"/bench/0000{digit}")),
                    cancellation);
                var options = new LoadOptions { KeySpace = 40_000, WarmUpSeconds = 20, Seconds = 8 };
                var put = WorkloadList.All.First(static workload => workload.Name == "put");
                var figures = put.Run(new RunningTarget(cluster.Endpoints, cluster.Pids), options, cancellation);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {count} | {figures[Measure.OperationsPerSecond]:#,0} | {figures[Measure.Percentile50Microseconds]:#,0} µs "
                    + $"| {figures[Measure.Percentile99Microseconds]:#,0} µs | {figures[Measure.ServerCpuMicroseconds]:0.0} µs |"));
            }
        }
    }

    private static LaunchedCluster Start(string program, CancellationToken cancellation)
    {
        var cluster = new LaunchedCluster("coordinator", program, Nodes, Path.GetTempPath());
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
}
