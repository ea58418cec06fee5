using System.Globalization;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

namespace Coordination.Proxy;

/// <summary>
/// Makes YARP's routes of all declarations, so that no two can be confused: a route that another one hides wholly is refused, and those
/// that are as particular as each other are put into an order. Called by the planner alone; one thread.
/// </summary>
internal sealed class RouteAssembler
{
    private readonly Dictionary<string, (RouteDeclaration Declaration, RouteConfig Config)> _made = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The routes; those that are as before are the same objects.</summary>
    /// <param name="declarations">All routes that were declared.</param>
    /// <param name="refusals">Where to say which of them do not count.</param>
    public IReadOnlyList<RouteConfig> Assemble(IEnumerable<RouteDeclaration> declarations, ICollection<Refusal> refusals)
    {
        List<RouteConfig> routes = [];
        HashSet<string> ids = new(StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> conditions = new(StringComparer.Ordinal);
        Dictionary<(string Path, int Rank), int> ties = [];
        foreach (var route in declarations.OrderByDescending(route => route.IsStated).ThenBy(route => route.Id, StringComparer.Ordinal))
        {
            var rank = RouteRank.Of(route);
            var tie = (route.Path.ToUpperInvariant(), rank);
            var position = ties.GetValueOrDefault(tie);
            var condition = ConditionOf(route, rank);
            var obstacle = conditions.GetValueOrDefault(condition) is { } hiding ? $"route {hiding} takes the same requests."
                : !ids.Add(route.Id) ? "another route has the same name."
                : position >= RouteRank.TiesMax ? $"{RouteRank.TiesMax} others are as particular as it is."
                : null;
            if (obstacle is not null)
            {
                refusals.Add(new Refusal($"route {route.Name}", route.Source, obstacle));
                continue;
            }

            conditions.Add(condition, route.Name);
            ties[tie] = position + 1;
            routes.Add(Make(route, rank + position));
        }

        foreach (var gone in _made.Keys.Where(id => !ids.Contains(id)).ToList())
        {
            _made.Remove(gone);
        }

        return routes;
    }

    /// <summary>The same text for routes that take the same requests. Paths are compared without case, as they are matched.</summary>
    private static string ConditionOf(RouteDeclaration route, int rank) => string.Join(
        '\n',
        [
            rank.ToString(CultureInfo.InvariantCulture), route.Path.ToUpperInvariant(),
            .. route.Hosts.Order(StringComparer.Ordinal), "headers",
            .. route.Headers.OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
                .Select(header => $"{header.Key.ToUpperInvariant()}={header.Value}"),
            "methods",
            .. route.Methods.Order(StringComparer.Ordinal),
        ]);

    private RouteConfig Make(RouteDeclaration route, int order)
    {
        if (_made.TryGetValue(route.Id, out var made) && made.Config.Order == order && ReferenceEquals(made.Declaration, route))
        {
            return made.Config;
        }

        var config = new RouteConfig
        {
            RouteId = route.Id,
            ClusterId = route.Service,
            Order = order,
            Match = new RouteMatch
            {
                Path = route.Path == "/" ? "/{**rest}" : $"{route.Path}/{{**rest}}",
                Hosts = route.Hosts.Count == 0 ? null : route.Hosts,
                Methods = route.Methods.Count == 0 ? null : route.Methods,
                Headers = route.Headers.Count == 0
                    ? null
                    : [.. route.Headers.Select(header => new RouteHeader { Name = header.Key, Values = [header.Value] })],
            },
        };
        config = route.IsStripped && route.Path != "/" ? config.WithTransformPathRemovePrefix(route.Path) : config;
        _made[route.Id] = (route, config);
        return config;
    }
}
