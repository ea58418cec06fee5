using Yarp.ReverseProxy.Configuration;

namespace Coordination.Proxy;

/// <summary>What the proxy makes of one service. Immutable.</summary>
/// <param name="Cluster">Its instances that can be sent work, and how it is treated.</param>
/// <param name="Routes">The routes that its instances declare, or the one that it has by itself; not those of the document.</param>
/// <param name="Refusals">What is wrong with what its instances say.</param>
internal sealed record ServicePlan(ClusterConfig Cluster, IReadOnlyList<RouteDeclaration> Routes, IReadOnlyList<Refusal> Refusals);
