using System.Globalization;

namespace Coordination.Benchmarks;

/// <summary>
/// The command "outage": clusters of three of etcd and of the coordinator in turn, at their default timeouts, whose leader is killed and
/// frozen; for how long writes through the surviving members fail.
/// </summary>
internal static class OutageCommand
{
    private const int Nodes = 3;
    private const int RoundsDefault = 20;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        int rounds = RoundsDefault;
        if (arguments.Count is 0 or > 2 || (arguments.Count == 2 && !int.TryParse(arguments[1], out rounds)) || rounds < 1)
        {
            await Console.Error.WriteLineAsync("usage: outage COORDINATOR [ROUNDS]   (the published program; 20 rounds unless given)");
            return 2;
        }

        using var interruption = new Interruption();
        try
        {
            await MeasureAsync(Path.GetFullPath(arguments[0]), rounds, interruption.Token);
            return 0;
        }
        catch (LoadException failed)
        {
            await Console.Error.WriteLineAsync($"error: {failed.Message}");
            return 1;
        }
    }

    private static async Task MeasureAsync(string coordinator, int rounds, CancellationToken cancellation)
    {
        (string Name, string Program)[] servers = [("etcd", EtcdProgram.Locate("etcd")), ("coordinator", coordinator)];
        Console.WriteLine("| Leader | Server | Longest outage, median | worst | best | Failed puts a round |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|");
        foreach (OutageFault fault in Enum.GetValues<OutageFault>())
        {
            foreach (var (name, program) in servers)
            {
                List<Outage> outages = [];
                using var cluster = new LaunchedCluster(name, program, Nodes, Path.GetTempPath());
                cluster.Start(cancellation);
                var measured = new OutageRounds(cluster, cancellation);
                for (int round = 1; round <= rounds; round++)
                {
                    var seen = await measured.RunAsync(fault);
                    outages.AddRange(seen);
                    string lasted = string.Join(" and ", seen.Select(static outage => $"{outage.Longest.TotalMilliseconds:0} ms"));
                    await Console.Error.WriteLineAsync($"{fault} {name} {round}: {lasted}");
                }

                Write(fault, name, outages);
            }
        }
    }

    private static void Write(OutageFault fault, string name, List<Outage> outages)
    {
        double[] sorted = [.. outages.Select(static outage => outage.Longest.TotalMilliseconds).Order()];
        double failures = outages.Average(static outage => (double)outage.Failures);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {fault} | {name} | {sorted[sorted.Length / 2]:0} ms | {sorted[^1]:0} ms | {sorted[0]:0} ms | {failures:0.0} |"));
    }
}
