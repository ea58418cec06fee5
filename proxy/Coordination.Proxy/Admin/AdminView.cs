using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy;

/// <summary>Puts together what the registry says, what was planned and what YARP found out. Any thread.</summary>
internal sealed class AdminView(RegistryView registry, ProxyConfigSource source, AppliedConfig applied, IProxyStateLookup state)
{
    /// <summary>Whether there is anything to route by.</summary>
    public bool IsReady => applied.First.IsCompletedSuccessfully;

    public AdminReport Report()
    {
        var plan = source.Plan;
        return new AdminReport(
            registry.Known is { IsLive: true },
            plan.DocumentVersion,
            applied.Count,
            [.. plan.Routes.OrderBy(route => route.Order).Select(Describe)],
            [.. plan.Clusters.Select(cluster => Describe(cluster, plan))],
            plan.Refusals);
    }

    private static AdminRoute Describe(RouteConfig route) => new(
        route.RouteId, route.ClusterId!, route.Match.Path!, route.Match.Hosts ?? [],
        (route.Match.Headers ?? []).ToDictionary(header => header.Name, header => header.Values![0]), route.Match.Methods ?? [],
        route.Order ?? 0);

    private AdminService Describe(ClusterConfig cluster, ProxyPlan plan)
    {
        var destinations = state.TryGetCluster(cluster.ClusterId, out var known) ? known.DestinationsState : null;
        return new AdminService(
            cluster.ClusterId,
            [
                .. plan.Snapshot.Services.GetValueOrDefault(cluster.ClusterId, RegistrySnapshot.NoInstances).Values
                    .Select(instance => Describe(instance, cluster, destinations)),
            ]);
    }

    private static AdminInstance Describe(ServiceInstance instance, ClusterConfig cluster, ClusterDestinationsState? destinations)
    {
        var destination = destinations?.AllDestinations.FirstOrDefault(candidate => candidate.DestinationId == instance.Id);
        var address = InstanceAddress.Find(instance, out var error);
        List<string> reasons = [.. FindReasons(instance, destination)];
        if (error is not null)
        {
            reasons.Add(error);
        }

        // Whoever is planned, and not there yet, will be in a moment.
        var isUsed = destination is null
            ? cluster.Destinations!.ContainsKey(instance.Id)
            : destinations!.AvailableDestinations.Contains(destination);
        return new AdminInstance(
            instance.Id, address, isUsed, reasons, destination?.ConcurrentRequestCount ?? 0, instance.Weight, instance.Zone,
            instance.Version);
    }

    private static IEnumerable<string> FindReasons(ServiceInstance instance, DestinationState? destination)
    {
        if (instance.IsDraining)
        {
            yield return "It drains: it wants no new requests.";
        }

        if (instance.Status == HealthStatus.Critical)
        {
            yield return instance.Note is { } note ? $"It says that it is critical: {note}" : "It says that it is critical.";
        }

        if (destination?.Health.Active == DestinationHealth.Unhealthy)
        {
            yield return "It does not answer its probes well.";
        }

        if (destination?.Health.Passive == DestinationHealth.Unhealthy)
        {
            yield return "Requests to it failed in a row.";
        }
    }
}
