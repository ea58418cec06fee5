using System.Diagnostics.Metrics;

namespace Coordination.Metrics;

/// <summary>
/// Shows the instruments of one node, and of the runtime below it, in Prometheus' text format. Listens from its construction to its
/// disposal;
/// <see cref="Export"/> may be called from any thread. See <c>docs/observability.md</c> for why this is no library.
/// </summary>
internal sealed class PrometheusExporter : IDisposable
{
    private readonly IMeterFactory _meters;
    private readonly MeterListener _listener = new();
    private readonly Lock _exporting = new();
    private readonly Lock _gate = new();
    private readonly List<MetricFamily> _families = [];

    /// <summary>
    /// Listens to the instruments of a node: those whose meters <paramref name="meters"/> made, and those of the process.
    /// </summary>
    public PrometheusExporter(IMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = OnPublished;
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Record(state, (double)value, tags));
        _listener.Start();
    }

    /// <summary>All values as of now.</summary>
    public string Export()
    {
        // One at a time: observed values are forgotten and observed anew.
        lock (_exporting)
        {
            MetricFamily[] families = Families();
            foreach (MetricFamily family in families)
            {
                family.BeginObservation();
            }

            _listener.RecordObservableInstruments();
            var text = new PrometheusText();
            foreach (MetricFamily family in families)
            {
                family.Write(text);
            }

            return text.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((MetricFamily?)state)?.Record(value, tags);

    private MetricFamily[] Families()
    {
        lock (_gate)
        {
            return [.. _families.OrderBy(family => family.Name, StringComparer.Ordinal)];
        }
    }

    private void OnPublished(Instrument instrument, MeterListener listener)
    {
        if (!IsShown(instrument))
        {
            return;
        }

        var family = new MetricFamily(instrument) { IsAbsolute = MetricKinds.IsAbsolute(instrument) };
        lock (_gate)
        {
            _families.Add(family);
        }

        listener.EnableMeasurementEvents(instrument, family);
    }

    /// <summary>
    /// The node's own meters, the runtime's, and of Kestrel what concerns connections: its other instruments, and those of ASP.NET Core,
    /// cost time with every request once anybody listens.
    /// </summary>
    private bool IsShown(Instrument instrument) => instrument.Meter.Name switch
    {
        "System.Runtime" => true,
        "Microsoft.AspNetCore.Server.Kestrel" => IsOwn(instrument)
            && instrument.Name.EndsWith("connections", StringComparison.Ordinal),
        _ => IsOwn(instrument) && instrument.Meter.Name.StartsWith("Coordination.", StringComparison.Ordinal),
    };

    private bool IsOwn(Instrument instrument) => ReferenceEquals(instrument.Meter.Scope, _meters);
}
