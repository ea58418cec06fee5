using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Configuration;

namespace Coordination.Proxy;

/// <summary>
/// Takes out of a plan what YARP would refuse, since it would refuse all of it. There should be nothing: declarations were checked before.
/// One thread.
/// </summary>
internal sealed class PlanCheck(IConfigValidator validator)
{
    /// <summary>What was found right stays right: it is never changed.</summary>
    private readonly ConditionalWeakTable<object, object> _right = [];

    public async Task<ProxyPlan> CheckAsync(ProxyPlan plan)
    {
        List<Refusal> refusals = [];
        List<ClusterConfig> clusters = [];
        foreach (var cluster in plan.Clusters)
        {
            if (await IsRightAsync(cluster, () => validator.ValidateClusterAsync(cluster), $"service {cluster.ClusterId}", refusals))
            {
                clusters.Add(cluster);
            }
        }

        var names = clusters.Select(cluster => cluster.ClusterId).ToHashSet(StringComparer.OrdinalIgnoreCase);
        List<RouteConfig> routes = [];
        foreach (var route in plan.Routes.Where(route => names.Contains(route.ClusterId!)))
        {
            if (await IsRightAsync(route, () => validator.ValidateRouteAsync(route), $"route {route.RouteId}", refusals))
            {
                routes.Add(route);
            }
        }

        return refusals.Count == 0
            ? plan
            : plan with { Clusters = clusters, Routes = routes, Refusals = [.. plan.Refusals, .. refusals] };
    }

    private async ValueTask<bool> IsRightAsync(
        object config, Func<ValueTask<IList<Exception>>> validate, string subject, List<Refusal> refusals)
    {
        if (_right.TryGetValue(config, out _))
        {
            return true;
        }

        var errors = await validate();
        if (errors.Count > 0)
        {
            refusals.Add(new Refusal(subject, "its declaration", string.Join(' ', errors.Select(error => error.Message))));
            return false;
        }

        _right.Add(config, config);
        return true;
    }
}
