using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy;

/// <summary>
/// Chooses an instance for a request, by the policy of its service. What there is to choose from is worked out once for every list of
/// destinations that YARP makes, and anew every <see cref="WarmingStep"/> while instances of it warm up. Any thread.
/// </summary>
internal sealed class ServiceBalancer(IOptions<CoordinationProxyOptions> options, Random random, SlowStart slowStart, TimeProvider time)
    : ILoadBalancingPolicy
{
    public const string PolicyName = "Coordination";

    private static readonly TimeSpan WarmingStep = TimeSpan.FromMilliseconds(100);

    private readonly string? _zone = options.Value.Zone;
    private readonly ConditionalWeakTable<ClusterState, Turns> _turns = [];
    private readonly ConditionalWeakTable<IReadOnlyList<DestinationState>, View> _views = [];

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public DestinationState? PickDestination(
        HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations)
    {
        if (availableDestinations.Count <= 1)
        {
            return availableDestinations.Count == 0 ? null : availableDestinations[0];
        }

        var policy = ClusterPolicy.Of(cluster.Model.Config);
        var zoned = CandidatesOf(cluster, policy, availableDestinations);
        if (policy.Balancing == BalancingAlgorithm.Hash && policy.Hash?.Of(context) is { } text)
        {
            // The key decides about the zone, too: by other bits, so that it still has the choice of all in there.
            var key = StableHash.Of(text);
            return Picking.Owner(zoned.Choose(StableHash.ToUnit(StableHash.Mix(~key))), key);
        }

        var candidates = zoned.Choose(random.NextDouble());
        return policy.Balancing switch
        {
            BalancingAlgorithm.RoundRobin => Picking.RoundRobin(candidates, _turns.GetOrCreateValue(cluster).Next()),
            BalancingAlgorithm.LeastRequests => Picking.LeastRequests(candidates, random),
            BalancingAlgorithm.Random or BalancingAlgorithm.Hash => Picking.Any(candidates, random),
            _ => Picking.PowerOfTwo(candidates, random),
        };
    }

    private ZonedCandidates CandidatesOf(ClusterState cluster, ServicePolicy policy, IReadOnlyList<DestinationState> available)
    {
        if (_views.TryGetValue(available, out var view) && ReferenceEquals(view.Policy, policy)
            && (!view.IsWarming || time.GetElapsedTime(view.MadeAt) < WarmingStep))
        {
            return view.Zoned;
        }

        view = Look(cluster, policy, available);
        _views.AddOrUpdate(available, view);
        return view.Zoned;
    }

    private View Look(ClusterState cluster, ServicePolicy policy, IReadOnlyList<DestinationState> available)
    {
        var isWarming = false;
        List<(DestinationState Destination, double Weight)> near = [];
        List<(DestinationState Destination, double Weight)> far = [];
        foreach (var destination in available)
        {
            var factor = slowStart.FactorOf(destination, policy.SlowStart ?? TimeSpan.Zero);
            isWarming |= factor < 1;
            var traits = DestinationTraits.Read(destination.Model.Config.Metadata);
            (_zone is not null && traits.Zone == _zone ? near : far).Add((destination, traits.Weight * factor));
        }

        // The weights that they have at last, so that warming up is not taken for illness.
        var nearWeight = near.Count == 0 ? 0 : cluster.DestinationsState.AllDestinations
            .Select(destination => DestinationTraits.Read(destination.Model.Config.Metadata))
            .Where(traits => traits.Zone == _zone)
            .Sum(traits => (double)traits.Weight);
        var warmth = near.Count == 0 ? 1 : near.Average(
            member => slowStart.FactorOf(member.Destination, policy.SlowStart ?? TimeSpan.Zero));
        return new View(
            policy, ZonedCandidates.Of(new Candidates(near), new Candidates(far), nearWeight * warmth), isWarming, time.GetTimestamp());
    }

    /// <param name="Policy">What it was worked out for.</param>
    /// <param name="Zoned">What there is to choose from.</param>
    /// <param name="IsWarming">Whether weights change with time.</param>
    /// <param name="MadeAt">When it was worked out.</param>
    private sealed record View(ServicePolicy Policy, ZonedCandidates Zoned, bool IsWarming, long MadeAt);

    /// <summary>The turns of a service's round robin, which go on over changes of its instances.</summary>
    private sealed class Turns
    {
        private ulong _next = ulong.MaxValue;

        public ulong Next() => Interlocked.Increment(ref _next);
    }
}
