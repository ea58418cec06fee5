using System.Diagnostics.Metrics;

namespace Coordination.Proxy;

/// <summary>What the proxy counts, on the meter <see cref="MeterName"/>. Any thread.</summary>
internal sealed class ProxyMetrics
{
    public const string MeterName = "Coordination.Proxy";
    private const string Service = "service";
    private const string Code = "code";

    private readonly Counter<long> _requests;
    private readonly UpDownCounter<long> _underWay;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _ejections;

    public ProxyMetrics(IMeterFactory meters, AppliedConfig applied)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter(
            "coordination_proxy_plans_applied_total", () => applied.Count, null, "How often what is routed has changed.");
        _requests = meter.CreateCounter<long>("coordination_proxy_requests_total", null, "Requests that were answered.");
        _underWay = meter.CreateUpDownCounter<long>("coordination_proxy_requests_under_way", null, "Requests that are not answered yet.");
        _durations = meter.CreateHistogram<double>(
            "coordination_proxy_request_duration_seconds", null, "How long requests took, with all tries, to the last byte.");
        _retries = meter.CreateCounter<long>("coordination_proxy_retries_total", null, "Requests that were sent again.");
        _ejections = meter.CreateCounter<long>(
            "coordination_proxy_ejections_total", null, "Instances that were taken out because requests to them failed.");
    }

    public void OnBegun(string service) => _underWay.Add(1, new KeyValuePair<string, object?>(Service, service));

    public void OnEnded(string service, int status, TimeSpan elapsed)
    {
        var label = new KeyValuePair<string, object?>(Service, service);
        _underWay.Add(-1, label);
        _requests.Add(1, label, new KeyValuePair<string, object?>(Code, status));
        _durations.Record(elapsed.TotalSeconds, label);
    }

    public void OnRetry(string service) => _retries.Add(1, new KeyValuePair<string, object?>(Service, service));

    public void OnEjected(string service) => _ejections.Add(1, new KeyValuePair<string, object?>(Service, service));
}
