using System.Globalization;

namespace Coordination.Benchmarks;

/// <summary>How figures are written for people.</summary>
internal static class FigureFormat
{
    private const double BytesPerMebibyte = 1 << 20;

    /// <summary>The figure with as many digits as mean something, without its unit.</summary>
    public static string Format(Measure measure, double value) => measure switch
    {
        Measure.ResidentBytes or Measure.RestartResidentBytes or Measure.DiskBytes => Round(value / BytesPerMebibyte),
        Measure.OtherCpuCores or Measure.FirstReadSeconds or Measure.RestartReadSeconds =>
            value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => Round(value),
    };

    /// <summary>The heading for the figure, with its unit.</summary>
    public static string Title(Measure measure) => measure switch
    {
        Measure.OperationsPerSecond => "ops/s",
        Measure.Percentile50Microseconds => "p50 us",
        Measure.Percentile90Microseconds => "p90 us",
        Measure.Percentile99Microseconds => "p99 us",
        Measure.Percentile999Microseconds => "p99.9 us",
        Measure.LongestMicroseconds => "max us",
        Measure.ServerCpuMicroseconds => "server CPU us/op",
        Measure.GeneratorCpuMicroseconds => "generator CPU us/op",
        Measure.ResidentBytes => "memory MiB",
        Measure.WrittenBytes => "written B/op",
        Measure.OtherCpuCores => "other CPU cores",
        Measure.FirstReadSeconds => "first read s",
        Measure.RestartReadSeconds => "first read after restart s",
        Measure.RestartResidentBytes => "memory after restart MiB",
        Measure.DiskBytes => "disk MiB",
        _ => throw new ArgumentOutOfRangeException(nameof(measure), measure, "has no title"),
    };

    /// <summary>Every figure with its title.</summary>
    public static IEnumerable<string> Describe(IReadOnlyDictionary<Measure, double> figures) =>
        figures.OrderBy(figure => figure.Key).Select(figure => $"{Title(figure.Key)} {Format(figure.Key, figure.Value)}");

    private static string Round(double value) => value.ToString(
        Math.Abs(value) switch
        {
            >= 100 => "#,0",
            >= 10 => "0.0",
            _ => "0.00",
        },
        CultureInfo.InvariantCulture);
}
