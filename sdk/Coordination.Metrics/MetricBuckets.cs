namespace Coordination.Metrics;

/// <summary>The bounds of histograms: etcd's, so that dashboards and alerts go on to work.</summary>
internal static class MetricBuckets
{
    /// <summary>For what the disk does, in seconds: from 1 ms to 8.192 s by doubling.</summary>
    public static readonly double[] Disk = Doublings(0.001, 14);

    /// <summary>For commits and applied entries, in seconds.</summary>
    public static readonly double[] Apply = Doublings(0.0001, 20);

    /// <summary>For requests, in seconds; the usual ones of Prometheus clients.</summary>
    public static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static double[] Doublings(double first, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Math.Round(first * Math.Pow(2, i), 6))];
}
