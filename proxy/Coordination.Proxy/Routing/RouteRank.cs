namespace Coordination.Proxy;

/// <summary>
/// Which of several routes that a request fits gets it: the one with the lowest order, then the one with the most particular host, the
/// longest path, the most headers, methods. The rank says so as one number, which depends on the route alone: routes that come and go do
/// not change the ranks of others.
/// </summary>
internal static class RouteRank
{
    /// <summary>So many routes with the same path and of the same rank can be told apart.</summary>
    public const int TiesMax = 64;

    private const int HostKinds = 3;
    private const int PathLengths = DeclarationCheck.SegmentsMax + 1;
    private const int HeaderCounts = DeclarationCheck.HeadersMax + 1;

    /// <summary>The rank of a route, lowest first, with room for <see cref="TiesMax"/> before the next.</summary>
    public static int Of(RouteDeclaration route)
    {
        var rank = route.Order + DeclarationCheck.OrderMax;
        rank = (rank * HostKinds) + HostKind(route);
        rank = (rank * PathLengths) + (PathLengths - 1 - Segments(route.Path));
        rank = (rank * HeaderCounts) + (HeaderCounts - 1 - route.Headers.Count);
        rank = (rank * 2) + (route.Methods.Count > 0 ? 0 : 1);
        return rank * TiesMax;
    }

    private static int HostKind(RouteDeclaration route) => route.Hosts.Count == 0 ? 2
        : route.Hosts.Any(host => host.StartsWith('*')) ? 1
        : 0;

    private static int Segments(string path) => path == "/" ? 0 : path.Count(character => character == '/');
}
