using System.Diagnostics.Metrics;

namespace Coordination.Proxy;

/// <summary>What the proxy counts, on the meter <c>Coordination.Proxy</c>. Any thread.</summary>
internal sealed class ProxyMetrics
{
    public const string MeterName = "Coordination.Proxy";
    private const string Service = "service";

    private readonly Counter<long> _retries;
    private readonly Counter<long> _ejections;

    public ProxyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _retries = meter.CreateCounter<long>("coordination_proxy_retries_total", null, "Requests that were sent again.");
        _ejections = meter.CreateCounter<long>(
            "coordination_proxy_ejections_total", null, "Instances that were taken out because requests to them failed.");
    }

    public void OnRetry(string service) => _retries.Add(1, new KeyValuePair<string, object?>(Service, service));

    public void OnEjected(string service) => _ejections.Add(1, new KeyValuePair<string, object?>(Service, service));
}
