using System.Globalization;

namespace Coordination.Benchmarks;

/// <summary>Prints what a session found as Markdown: where and with what, then absolute figures, then ratios.</summary>
internal static class MarkdownReport
{
    /// <summary>What others may use before a measurement counts as disturbed; the kernel's own work is part of it.</summary>
    private const double UndisturbedCoresMax = 0.2;

    private static readonly Measure[] UnderLoad =
    [
        Measure.OperationsPerSecond, Measure.Percentile50Microseconds, Measure.Percentile90Microseconds, Measure.Percentile99Microseconds,
        Measure.Percentile999Microseconds, Measure.LongestMicroseconds, Measure.ServerCpuMicroseconds, Measure.GeneratorCpuMicroseconds,
        Measure.ResidentBytes, Measure.WrittenBytes, Measure.OtherCpuCores,
    ];

    private static readonly Measure[] OverLife =
    [
        Measure.FirstReadSeconds, Measure.RestartReadSeconds, Measure.ResidentBytes, Measure.RestartResidentBytes, Measure.DiskBytes,
    ];

    private static readonly Measure[] Compared =
    [
        Measure.OperationsPerSecond, Measure.ServerCpuMicroseconds, Measure.Percentile50Microseconds, Measure.Percentile99Microseconds,
        Measure.ResidentBytes, Measure.WrittenBytes, Measure.FirstReadSeconds, Measure.RestartReadSeconds, Measure.RestartResidentBytes,
        Measure.DiskBytes,
    ];

    public static void Write(TextWriter output, LoadSession session)
    {
        var summary = new FigureSummary(session.Measurements);
        WriteConditions(output, session);
        WriteAbsolute(output, session, summary, "Under load", UnderLoad);
        WriteAbsolute(output, session, summary, "Start, memory, restart", OverLife);
        if (session.Targets is [var reference, var compared])
        {
            WriteRatios(output, session, summary, reference.Name, compared.Name);
        }

        WriteDisturbance(output, session);
        foreach (string failure in session.Failures)
        {
            output.WriteLine($"FAILED: {failure}");
        }
    }

    private static void WriteConditions(TextWriter output, LoadSession session)
    {
        LoadOptions options = session.Options;
        string nodes = options.Nodes == 1 ? "One node" : "Three nodes";
        output.WriteLine($"{MachineDescription.Read()}, data on {session.FileSystem}, servers and load generator on the same machine.");
        output.WriteLine(string.Join(", ", session.Targets.Select(target => $"{target.Name}: {target.Version}")) + ".");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{nodes}, {options.Clients} clients on {options.Connections} connections, {options.ValueBytes}-byte values, " +
            $"{options.KeySpace:#,0} keys (list {options.ListKeys:#,0}, memory {options.MemoryKeys:#,0});"));
        output.WriteLine(
            $"median of {options.Repetitions} repetitions of {options.Seconds} s after {options.WarmUpSeconds} s of warm-up.");
        output.WriteLine();
    }

    /// <summary>The first of the measures is the one whose spread is told.</summary>
    private static void WriteAbsolute(TextWriter output, LoadSession session, FigureSummary summary, string title, Measure[] measures)
    {
        IWorkload[] workloads = [.. session.Workloads.Where(workload => workload.NeedsLaunch == (measures == OverLife))];
        if (workloads.Length == 0)
        {
            return;
        }

        output.WriteLine($"{title}:");
        output.WriteLine();
        WriteRow(output, ["workload", "server", .. measures.Select(FigureFormat.Title), $"spread of {FigureFormat.Title(measures[0])}"]);
        WriteRule(output, 2, measures.Length + 1);
        foreach (IWorkload workload in workloads)
        {
            foreach (IServerTarget target in session.Targets)
            {
                IEnumerable<string> figures = measures.Select(measure => summary.Find(workload.Name, target.Name, measure) is { } figure
                    ? FigureFormat.Format(measure, figure)
                    : string.Empty);
                string spread = summary.FindSpread(workload.Name, target.Name, measures[0]) is { } found
                    ? string.Create(CultureInfo.InvariantCulture, $"{found * 100:0} %")
                    : string.Empty;
                WriteRow(output, [workload.Name, target.Name, .. figures, spread]);
            }
        }

        output.WriteLine();
    }

    private static void WriteRatios(TextWriter output, LoadSession session, FigureSummary summary, string reference, string compared)
    {
        output.WriteLine($"{compared} / {reference}:");
        output.WriteLine();
        WriteRow(output, ["workload", .. Compared.Select(measure => FigureFormat.Title(measure))]);
        WriteRule(output, 1, Compared.Length);
        foreach (IWorkload workload in session.Workloads)
        {
            WriteRow(output,
            [
                workload.Name,
                .. Compared.Select(measure => summary.FindRatio(workload.Name, compared, reference, measure) is { } ratio
                    ? ratio.ToString("0.00", CultureInfo.InvariantCulture)
                    : string.Empty),
            ]);
        }

        output.WriteLine();
    }

    private static void WriteDisturbance(TextWriter output, LoadSession session)
    {
        int disturbed = session.Measurements.Count(each => each.Figures.GetValueOrDefault(Measure.OtherCpuCores) > UndisturbedCoresMax);
        if (disturbed > 0)
        {
            string share = FormattableString.Invariant($"{disturbed} of {session.Measurements.Count} measurements");
            output.WriteLine($"Other work kept the processors busy during {share}: throughput and latency of those say little.");
            output.WriteLine();
        }
    }

    private static void WriteRow(TextWriter output, IEnumerable<string> cells) => output.WriteLine($"| {string.Join(" | ", cells)} |");

    private static void WriteRule(TextWriter output, int texts, int numbers) =>
        output.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", texts))}{string.Concat(Enumerable.Repeat("--:|", numbers))}");
}
