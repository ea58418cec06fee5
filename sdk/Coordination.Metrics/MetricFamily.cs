using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Coordination.Metrics;

/// <summary>All values of one instrument, one for each set of labels. Measurements come from any thread.</summary>
internal sealed class MetricFamily
{
    /// <summary>More sets of labels than any instrument here has; a further one is dropped rather than remembered for ever.</summary>
    private const int SeriesMax = 2_000;

    private readonly ConcurrentDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly string _name;
    private readonly string _help;
    private readonly MetricKind _kind;
    private readonly double[] _bounds;

    public MetricFamily(Instrument instrument)
    {
        _kind = MetricKinds.Of(instrument);
        _help = instrument.Description ?? string.Empty;
        _bounds = _kind == MetricKind.Histogram ? [.. BoundsOf(instrument)] : [];

        // Names of etcd are kept as they are. Others follow OpenTelemetry, whose counters have no suffix.
        string name = PrometheusText.Name(instrument.Name);
        bool isForeign = instrument.Name.Contains('.', StringComparison.Ordinal);
        _name = isForeign && _kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? $"{name}_total" : name;
        if (_kind == MetricKind.Histogram && !isForeign)
        {
            // Until the first measurement a histogram without labels is all zeros, as other Prometheus clients have it.
            _series[string.Empty] = new MetricSeries(_bounds);
        }
    }

    public string Name => _name;

    /// <summary>Whether measurements are the value itself, not changes of it.</summary>
    public bool IsAbsolute { get; init; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = PrometheusText.Labels(tags);
        if (!_series.TryGetValue(labels, out MetricSeries? series))
        {
            if (_series.Count >= SeriesMax)
            {
                return;
            }

            series = _series.GetOrAdd(labels, static (_, bounds) => new MetricSeries(bounds), _bounds);
        }

        series.Record(value, IsAbsolute);
    }

    /// <summary>Forgets observed values before they are observed again: a set of labels that is observed no more is gone.</summary>
    public void BeginObservation()
    {
        if (IsAbsolute)
        {
            _series.Clear();
        }
    }

    public void Write(PrometheusText text)
    {
        if (_series.IsEmpty)
        {
            return;
        }

        text.Family(_name, MetricKinds.NameOf(_kind), _help);
        foreach ((string labels, MetricSeries series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (_kind == MetricKind.Histogram)
            {
                series.WriteHistogram(text, _name, labels);
            }
            else
            {
                text.Sample(_name, labels, series.Value);
            }
        }
    }

    private static IReadOnlyList<double> BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => bounds,
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => MetricBuckets.Seconds,
    };
}
