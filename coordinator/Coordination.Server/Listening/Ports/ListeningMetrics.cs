using System.Diagnostics.Metrics;

namespace Coordination.Server;

/// <summary>What the shared ports measure; Kestrel counts the connections that they hand over.</summary>
internal sealed class ListeningMetrics
{
    public const string MeterName = "Coordination.Server.Listening";

    private readonly UpDownCounter<int> _silent;
    private readonly Counter<long> _dropped;

    public ListeningMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _silent = meter.CreateUpDownCounter<int>(
            "coordination.port.silent_connections", "{connection}", "Connections that were accepted and have not said what they speak.");
        _dropped = meter.CreateCounter<long>(
            "coordination.port.dropped_connections", "{connection}", "Connections that ended before anybody took them.");
    }

    public void OnAccepted() => _silent.Add(1);

    public void OnHandedOver() => _silent.Add(-1);

    public void OnDropped(DropReason reason)
    {
        _silent.Add(-1);
        _dropped.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
    }
}
