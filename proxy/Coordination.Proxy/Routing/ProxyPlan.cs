using Yarp.ReverseProxy.Configuration;

namespace Coordination.Proxy;

/// <summary>Everything that the proxy routes, and what of the declarations it does not follow. Immutable.</summary>
/// <param name="Snapshot">What it was made of.</param>
/// <param name="DocumentVersion">The version of the document that is in force here; 0 for none.</param>
/// <param name="Routes">YARP's routes.</param>
/// <param name="Clusters">YARP's clusters, one for each service.</param>
/// <param name="Refusals">What does not count, sorted.</param>
internal sealed record ProxyPlan(
    RegistrySnapshot Snapshot,
    long DocumentVersion,
    IReadOnlyList<RouteConfig> Routes,
    IReadOnlyList<ClusterConfig> Clusters,
    IReadOnlyList<Refusal> Refusals)
{
    public static ProxyPlan Empty { get; } = new(RegistrySnapshot.Empty, 0, [], [], []);
}
