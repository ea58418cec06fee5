using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Coordination.Server;
using Coordination.Server.Tests;

namespace Coordination.Benchmarks;

/// <summary>
/// What the authority filter costs a client whose authority is in order: the filter alone, and whole requests with and without it.
/// Processor time counts, client included, since it holds still on a busy machine; the two kinds of port take turns.
/// </summary>
internal static class AuthorityBenchmark
{
    private const int Rounds = 30;
    private const int RequestsPerRound = 20_000;
    private const int RequestsInFlight = 100;
    private const int FilterPasses = 2_000;

    public static async Task<int> RunAsync()
    {
        MeasureFilterAlone();
        await using EchoHost plain = await EchoHost.StartAsync(isFiltered: false);
        await using EchoHost filtered = await EchoHost.StartAsync(isFiltered: true);
        using EchoClient plainClient = await EchoClient.ConnectAsync(plain.EndPoint);
        using EchoClient filteredClient = await EchoClient.ConnectAsync(filtered.EndPoint);
        List<double> without = [];
        List<double> with = [];
        for (int round = -3; round < Rounds; round++)
        {
            // The order changes every round, so that neither side always runs on what the other left behind.
            bool isFilteredFirst = (round & 1) == 0;
            double first = await MeasureAsync(isFilteredFirst ? filteredClient : plainClient);
            double second = await MeasureAsync(isFilteredFirst ? plainClient : filteredClient);
            if (round >= 0)
            {
                with.Add(isFilteredFirst ? first : second);
                without.Add(isFilteredFirst ? second : first);
            }
        }

        double[] differences = [.. with.Zip(without, (one, other) => one - other)];
        Print("request without the filter", without);
        Print("request with the filter", with);
        Print("difference within a round", differences);
        return 0;
    }

    /// <summary>Processor time of one request, in microseconds.</summary>
    private static async Task<double> MeasureAsync(EchoClient client)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        await client.SendAsync(RequestsPerRound, RequestsInFlight);
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / RequestsPerRound;
    }

    private static void MeasureFilterAlone()
    {
        var filter = new FrameFilter();
        byte[] bytes = [.. Enumerable.Range(0, RequestsInFlight).SelectMany(i => EchoClient.Request((2 * i) + 3))];
        var sequence = new ReadOnlySequence<byte>(bytes);
        filter.Pass(new ReadOnlySequence<byte>([.. Frame.Preface, .. EchoClient.FirstRequest()]));
        double best = double.MaxValue;
        long allocated = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            for (int pass = 0; pass < FilterPasses; pass++)
            {
                if (filter.Pass(sequence) != bytes.Length)
                {
                    throw new InvalidOperationException("The filter held back complete requests.");
                }
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / FilterPasses / RequestsInFlight);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{"filter alone",-28} {best,8:0.0} ns a request, {allocated} bytes for {FilterPasses * RequestsInFlight} requests"));
    }

    private static void Print(string what, IReadOnlyCollection<double> microseconds)
    {
        double[] sorted = [.. microseconds.Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-28} {Quartile(2),8:0.00} us (quartiles {Quartile(1):0.00} to {Quartile(3):0.00})"));
        double Quartile(int quarter) => sorted[sorted.Length * quarter / 4];
    }
}
