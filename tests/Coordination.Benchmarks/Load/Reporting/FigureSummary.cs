namespace Coordination.Benchmarks;

/// <summary>The figures of one run, with the repetitions of each brought down to one number.</summary>
internal sealed class FigureSummary(IReadOnlyList<Measurement> measurements)
{
    /// <summary>The median over the repetitions, or null when none has the figure.</summary>
    public double? Find(string workload, string server, Measure measure)
    {
        double[] values = Collect(workload, server, measure);
        return values.Length == 0 ? null : Median(values);
    }

    /// <summary>How far apart the repetitions are: greatest minus least, divided by the median. Null when there are not two.</summary>
    public double? FindSpread(string workload, string server, Measure measure)
    {
        double[] values = Collect(workload, server, measure);
        return values.Length < 2 || Median(values) == 0 ? null : (values[^1] - values[0]) / Median(values);
    }

    /// <summary>The figure of one server divided by that of another, or null when one of them is missing or 0.</summary>
    public double? FindRatio(string workload, string server, string reference, Measure measure) =>
        Find(workload, reference, measure) is { } divisor and not 0 ? Find(workload, server, measure) / divisor : null;

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private double[] Collect(string workload, string server, Measure measure) =>
    [
        .. measurements.Where(each => each.Workload == workload && each.Server == server && each.Figures.ContainsKey(measure))
            .Select(each => each.Figures[measure]).Order(),
    ];
}
