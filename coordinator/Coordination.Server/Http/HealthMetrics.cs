using System.Diagnostics.Metrics;

namespace Coordination.Server;

/// <summary>Counts the answers of the health endpoints.</summary>
internal sealed class HealthMetrics
{
    private readonly Counter<long> _successes;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _checks;

    public HealthMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(NodeMetrics.MeterName);
        _successes = meter.CreateCounter<long>("etcd_server_health_success", null, "Answers of /health that said healthy.");
        _failures = meter.CreateCounter<long>("etcd_server_health_failures", null, "Answers of /health that said unhealthy.");
        _checks = meter.CreateCounter<long>("etcd_server_healthchecks_total", null, "Checks of /livez and /readyz, by outcome.");
        _successes.Add(0);
        _failures.Add(0);
    }

    public void OnHealth(bool isHealthy) => (isHealthy ? _successes : _failures).Add(1);

    public void OnCheck(string probe, string check, bool isPassed) =>
        _checks.Add(1, new("type", probe), new("name", check), new("status", isPassed ? "success" : "error"));
}
