using System.Diagnostics.Metrics;

namespace Coordination.Metrics;

/// <summary>What Prometheus calls the kinds of metrics.</summary>
internal enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts values by size.</summary>
    Histogram,
}
