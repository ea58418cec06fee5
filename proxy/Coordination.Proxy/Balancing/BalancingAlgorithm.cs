namespace Coordination.Proxy;

/// <summary>How one of several instances is chosen; all of them by weight.</summary>
internal enum BalancingAlgorithm
{
    /// <summary>Of two that are drawn, the one with fewer requests under way.</summary>
    PowerOfTwo = 0,

    /// <summary>One after another.</summary>
    RoundRobin = 1,

    /// <summary>The one with the fewest requests under way.</summary>
    LeastRequests = 2,

    /// <summary>Any.</summary>
    Random = 3,

    /// <summary>The same for requests with the same key, as far as that instance is there.</summary>
    Hash = 4,
}
