using System.Diagnostics.Metrics;
using Coordination.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Coordination.Server.Tests;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly PrometheusExporter _exporter;
    private readonly Meter _meter;

    public PrometheusExporterTests()
    {
        IMeterFactory meters = _services.GetRequiredService<IMeterFactory>();
        _exporter = new PrometheusExporter(meters);
        _meter = meters.Create(NodeMetrics.MeterName);
    }

    [Fact]
    public void A_counter_is_the_sum_of_what_was_added()
    {
        Counter<long> counter = _meter.CreateCounter<long>("etcd_things_total", null, "Things.");
        counter.Add(2);
        counter.Add(3);

        Assert.Equal("# HELP etcd_things_total Things.\n# TYPE etcd_things_total counter\netcd_things_total 5\n", Own());
    }

    [Fact]
    public void An_observed_value_is_as_it_is_now()
    {
        long value = 1;
        _meter.CreateObservableGauge("etcd_now", () => value, null, "Now.");
        Assert.EndsWith("etcd_now 1\n", Own(), StringComparison.Ordinal);

        value = 7;
        Assert.EndsWith("# TYPE etcd_now gauge\netcd_now 7\n", Own(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_observed_set_of_labels_that_ends_is_gone()
    {
        List<Measurement<long>> all = [new(1, new KeyValuePair<string, object?>("name", "a"))];
        _meter.CreateObservableCounter("etcd_each_total", () => all, null, "Each.");
        Assert.EndsWith("etcd_each_total{name=\"a\"} 1\n", Own(), StringComparison.Ordinal);

        all[0] = new(2, new KeyValuePair<string, object?>("name", "b"));
        Assert.DoesNotContain("name=\"a\"", Own(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_counts_what_is_at_most_each_bound()
    {
        Histogram<double> histogram = _meter.CreateHistogram(
            "etcd_took_seconds", null, "Took.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        histogram.Record(0.1);
        histogram.Record(0.5);
        histogram.Record(3);

        Assert.Equal(
            """
            # HELP etcd_took_seconds Took.
            # TYPE etcd_took_seconds histogram
            etcd_took_seconds_bucket{le="0.1"} 1
            etcd_took_seconds_bucket{le="1"} 2
            etcd_took_seconds_bucket{le="+Inf"} 3
            etcd_took_seconds_sum 3.6
            etcd_took_seconds_count 3

            """,
            Own());
    }

    [Fact]
    public void A_histogram_without_measurements_is_there_with_zeros()
    {
        _meter.CreateHistogram<double>("etcd_idle_seconds", null, "Idle.");

        Assert.Contains("etcd_idle_seconds_bucket{le=\"+Inf\"} 0\n", Own(), StringComparison.Ordinal);
        Assert.Contains("etcd_idle_seconds_count 0\n", Own(), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_are_sorted_and_escaped()
    {
        _meter.CreateCounter<int>("etcd_odd_total", null, "Odd.").Add(1, new("z", "a\"b\\c\nd"), new("a", 1));

        Assert.EndsWith("etcd_odd_total{a=\"1\",z=\"a\\\"b\\\\c\\nd\"} 1\n", Own(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_OpenTelemetry_become_those_of_Prometheus()
    {
        _meter.CreateCounter<int>("coordination.port.dropped", null, "Dropped.").Add(1);

        Assert.EndsWith("coordination_port_dropped_total 1\n", Own(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_nodes_meters_are_not_shown()
    {
        using ServiceProvider other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        Meter meter = other.GetRequiredService<IMeterFactory>().Create(NodeMetrics.MeterName);
        meter.CreateCounter<int>("etcd_other_total").Add(1);

        Assert.DoesNotContain("etcd_other_total", Own(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _services.Dispose();
    }

    /// <summary>What is exported but for the runtime's own.</summary>
    private string Own() => string.Concat(
        _exporter.Export().Split('\n').Where(line => line.Length > 0 && !line.Contains("dotnet_", StringComparison.Ordinal))
            .Select(line => $"{line}\n"));
}
