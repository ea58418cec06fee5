using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy;

/// <summary>
/// Takes an instance out for a while when requests to it fail in a row: by its connection, or by silence, not by what it answers. When it
/// comes back, the first failure takes it out again, for longer. Any thread.
/// </summary>
internal sealed class OutlierEjection(IDestinationHealthUpdater health, ProxyMetrics metrics) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "Coordination";
    public const int FailuresDefault = 3;

    public static readonly TimeSpan TimeMin = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(1);

    private readonly ConditionalWeakTable<DestinationState, Streak> _streaks = [];

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        var failure = context.Features.Get<IForwarderErrorFeature>();
        var isFailed = failure is not null && (context.Features.Get<Attempt>() is { IsTimedOut: true }
            || RetryRules.IsOfDestination(failure.Error));
        if (failure is not null && !isFailed)
        {
            // The client went away, or its body broke: that says nothing about the instance.
            return;
        }

        var limit = ClusterPolicy.Of(cluster.Model.Config).EjectAfter ?? FailuresDefault;
        if (_streaks.GetOrCreateValue(destination).Count(isFailed, limit) is { } time)
        {
            metrics.OnEjected(cluster.ClusterId);
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, time);
        }
    }

    /// <summary>The failures in a row of one destination.</summary>
    private sealed class Streak
    {
        private readonly Lock _lock = new();
        private int _failures;
        private int _ejections;

        /// <summary>Counts a request; for how long the destination is taken out now, or null.</summary>
        public TimeSpan? Count(bool isFailed, int limit)
        {
            lock (_lock)
            {
                if (!isFailed)
                {
                    (_failures, _ejections) = (0, 0);
                    return null;
                }

                if (limit == 0 || ++_failures < limit)
                {
                    return null;
                }

                // One more is enough when it comes back.
                _failures = limit - 1;
                var time = TimeMin * (1 << Math.Min(_ejections++, 6));
                return time < TimeMax ? time : TimeMax;
            }
        }
    }
}
