using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace Coordination.Proxy;

/// <summary>Gives YARP the routes and clusters of the newest plan, and tells it when there is a newer one. Any thread.</summary>
internal sealed class ProxyConfigSource : IProxyConfigProvider, IDisposable
{
    private CancellationTokenSource _replaced = new();
    private volatile PublishedConfig _current;

    public ProxyConfigSource()
    {
        _current = new PublishedConfig(ProxyPlan.Empty, new CancellationChangeToken(_replaced.Token));
    }

    /// <summary>The newest plan.</summary>
    public ProxyPlan Plan => _current.Plan;

    /// <inheritdoc/>
    public IProxyConfig GetConfig() => _current;

    /// <summary>Replaces what is in force. Called by one thread at a time.</summary>
    public void Publish(ProxyPlan plan)
    {
        var before = _replaced;
        _replaced = new CancellationTokenSource();
        _current = new PublishedConfig(plan, new CancellationChangeToken(_replaced.Token));
        before.Cancel();
        before.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _replaced.Dispose();

    private sealed record PublishedConfig(ProxyPlan Plan, IChangeToken ChangeToken) : IProxyConfig
    {
        public IReadOnlyList<RouteConfig> Routes => Plan.Routes;

        public IReadOnlyList<ClusterConfig> Clusters => Plan.Clusters;
    }
}
