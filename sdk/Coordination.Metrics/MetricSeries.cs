namespace Coordination.Metrics;

/// <summary>The value of an instrument for one set of labels. May be used from any thread.</summary>
internal sealed class MetricSeries(double[] bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _buckets = new long[bounds.Length];
    private double _value;
    private long _count;

    public double Value
    {
        get
        {
            lock (_gate)
            {
                return _value;
            }
        }
    }

    /// <summary>Takes a measurement: the value itself, or a change of it; for a histogram one more value.</summary>
    public void Record(double value, bool isAbsolute)
    {
        lock (_gate)
        {
            _value = isAbsolute ? value : _value + value;
            _count++;
            for (int i = 0; i < bounds.Length; i++)
            {
                if (value <= bounds[i])
                {
                    _buckets[i]++;
                    return;
                }
            }
        }
    }

    public void WriteHistogram(PrometheusText text, string name, string labels)
    {
        long[] buckets;
        double sum;
        long count;
        lock (_gate)
        {
            buckets = [.. _buckets];
            sum = _value;
            count = _count;
        }

        long below = 0;
        for (int i = 0; i < bounds.Length; i++)
        {
            below += buckets[i];
            text.Sample($"{name}_bucket", PrometheusText.WithLabel(labels, "le", PrometheusText.Number(bounds[i])), below);
        }

        text.Sample($"{name}_bucket", PrometheusText.WithLabel(labels, "le", "+Inf"), count);
        text.Sample($"{name}_sum", labels, sum);
        text.Sample($"{name}_count", labels, count);
    }
}
