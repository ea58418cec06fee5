using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy;

/// <summary>The algorithms: each a function of the candidates, chance and, for one of them, a number that grows.</summary>
internal static class Picking
{
    /// <summary>2 to the power of 64, divided by the golden ratio.</summary>
    private const ulong GoldenStep = 11_400_714_819_323_198_485;

    /// <summary>
    /// One after another. With different weights the turns go through the whole weight in steps of the golden ratio, which spreads every
    /// destination's turns as evenly as any order can.
    /// </summary>
    public static DestinationState RoundRobin(Candidates candidates, ulong turn) => candidates.IsUniform
        ? candidates.Destinations[turn % (ulong)candidates.Count]
        : candidates.Destinations[candidates.At(StableHash.ToUnit(unchecked(turn * GoldenStep)))];

    public static DestinationState Any(Candidates candidates, Random random) => candidates.Destinations[candidates.At(random.NextDouble())];

    /// <summary>The least busy; of equally busy ones another each time.</summary>
    public static DestinationState LeastRequests(Candidates candidates, Random random)
    {
        var start = random.Next(candidates.Count);
        var best = start;
        var load = candidates.LoadOf(start);
        for (var i = 1; i < candidates.Count; i++)
        {
            var place = (start + i) % candidates.Count;
            if (candidates.LoadOf(place) is var other && other < load)
            {
                (best, load) = (place, other);
            }
        }

        return candidates.Destinations[best];
    }

    /// <summary>The less busy of two that were drawn (Mitzenmacher, 2001).</summary>
    public static DestinationState PowerOfTwo(Candidates candidates, Random random)
    {
        if (candidates.Count == 1)
        {
            return candidates.Destinations[0];
        }

        var first = candidates.At(random.NextDouble());
        var second = candidates.At(random.NextDouble());
        if (second == first)
        {
            second = (first + 1) % candidates.Count;
        }

        return candidates.Destinations[candidates.LoadOf(second) < candidates.LoadOf(first) ? second : first];
    }

    public static DestinationState Owner(Candidates candidates, ulong key) => candidates.Destinations[candidates.OwnerOf(key)];
}
