using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy;

/// <summary>
/// Gives versions or tags of a service their shares of the requests: it draws a share, and leaves the request only the instances of that
/// one. An instance belongs to the first share that takes it; one that no share takes gets nothing, and neither does a share of weight 0,
/// while others are there. Any thread.
/// </summary>
internal sealed class TrafficSplit(Random random)
{
    /// <summary>Groups of lists that are in use; YARP makes another list when something about it changes.</summary>
    private readonly ConditionalWeakTable<IReadOnlyList<DestinationState>, Groups> _groups = [];

    /// <summary>The middleware.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var proxied = context.GetReverseProxyFeature();
        var policy = ClusterPolicy.Of(proxied.Cluster.Config);
        if (policy.Split is { Count: > 0 } shares && proxied.AvailableDestinations.Count > 1)
        {
            proxied.AvailableDestinations = Choose(shares, proxied.AvailableDestinations, random.NextDouble());
        }

        return next(context);
    }

    /// <summary>The destinations of one share.</summary>
    /// <param name="shares">The shares.</param>
    /// <param name="available">The destinations of all of them.</param>
    /// <param name="draw">From 0 to below 1.</param>
    public IReadOnlyList<DestinationState> Choose(
        IReadOnlyList<SplitShare> shares, IReadOnlyList<DestinationState> available, double draw)
    {
        if (!_groups.TryGetValue(available, out var groups) || !ReferenceEquals(groups.Shares, shares))
        {
            groups = Groups.Of(shares, available);
            _groups.AddOrUpdate(available, groups);
        }

        var left = draw * groups.Total;
        foreach (var (weight, members) in groups.Members)
        {
            left -= weight;
            if (left < 0)
            {
                return members;
            }
        }

        // No share has an instance: better another one than none.
        return groups.Members.Count > 0 ? groups.Members[^1].Destinations : available;
    }

    private sealed record Groups(
        IReadOnlyList<SplitShare> Shares, IReadOnlyList<(int Weight, IReadOnlyList<DestinationState> Destinations)> Members)
    {
        public double Total { get; } = Members.Sum(member => (double)member.Weight);

        public static Groups Of(IReadOnlyList<SplitShare> shares, IReadOnlyList<DestinationState> available)
        {
            var members = shares.Select(_ => new List<DestinationState>()).ToArray();
            foreach (var destination in available)
            {
                var traits = DestinationTraits.Read(destination.Model.Config.Metadata);
                for (var i = 0; i < shares.Count; i++)
                {
                    if (shares[i].Takes(traits))
                    {
                        members[i].Add(destination);
                        break;
                    }
                }
            }

            return new Groups(
                shares,
                [
                    .. shares.Zip(members)
                        .Where(pair => pair.Second.Count > 0 && pair.First.Weight > 0)
                        .Select(pair => (pair.First.Weight, (IReadOnlyList<DestinationState>)pair.Second)),
                ]);
        }
    }
}
