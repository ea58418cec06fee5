using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy;

/// <summary>
/// Which instances are given requests: those that probes and requests found no fault with. When fewer than the panic threshold are left,
/// all are: then the finding is more likely wrong than so many instances, and the few would break next. Any thread.
/// </summary>
internal sealed class UsableDestinations : IAvailableDestinationsPolicy
{
    public const string PolicyName = "Coordination";

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public IReadOnlyList<DestinationState> GetAvailalableDestinations(
        ClusterConfig config, IReadOnlyList<DestinationState> allDestinations)
    {
        var well = allDestinations.Where(IsWell).ToArray();
        return well.Length == 0 || well.Length < (ClusterPolicy.Of(config).Panic ?? 0) * allDestinations.Count ? allDestinations : well;
    }

    public static bool IsWell(DestinationState destination) =>
        destination.Health.Active != DestinationHealth.Unhealthy && destination.Health.Passive != DestinationHealth.Unhealthy;
}
