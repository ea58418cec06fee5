using System.Collections.Immutable;
using Yarp.ReverseProxy.Configuration;

namespace Coordination.Proxy;

/// <summary>
/// Makes the plan of all services, again and again as the registry changes. What did not change is the same object as in the plan before.
/// One thread.
/// </summary>
internal sealed class ProxyPlanner
{
    private readonly RouteAssembler _assembler = new();
    private ImmutableDictionary<string, Planned> _services = ImmutableDictionary.Create<string, Planned>(StringComparer.Ordinal);
    private StoredDocument? _stored;
    private ProxyDocument _document = ProxyDocument.Empty;

    public ProxyPlan Plan(RegistrySnapshot snapshot)
    {
        if (!ReferenceEquals(_stored, snapshot.Document))
        {
            _stored = snapshot.Document;
            _document = ProxyDocument.Read(snapshot.Document, _document);
        }

        List<Refusal> refusals = [.. _document.Refusals];
        var services = _services.Clear().ToBuilder();
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        var stated = _document.Routes.Select(route => route.Service).ToHashSet(StringComparer.Ordinal);
        foreach (var name in snapshot.Services.Keys.Union(stated, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (names.Add(name))
            {
                services[name] = PlanService(name, snapshot, stated.Contains(name));
            }
            else
            {
                refusals.Add(new Refusal(
                    $"service {name}", "its name", "another service has a name that differs in upper and lower case only."));
            }
        }

        _services = services.ToImmutable();
        ServicePlan[] plans = [.. _services.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Plan)];
        refusals.AddRange(plans.SelectMany(plan => plan.Refusals));
        var declarations = plans.SelectMany(plan => plan.Routes)
            .Concat(_document.Routes.Where(route => _services.ContainsKey(route.Service)));
        var routes = _assembler.Assemble(declarations, refusals);
        return new ProxyPlan(
            snapshot, _document.Version, routes, [.. plans.Select(plan => plan.Cluster)],
            [.. refusals.OrderBy(refusal => refusal.ToString(), StringComparer.Ordinal)]);
    }

    private Planned PlanService(string name, RegistrySnapshot snapshot, bool hasStatedRoutes)
    {
        var instances = snapshot.Services.GetValueOrDefault(name, RegistrySnapshot.NoInstances);
        return _services.TryGetValue(name, out var planned)
            && ReferenceEquals(planned.Instances, instances) && ReferenceEquals(planned.Document, _document)
            ? planned
            : new Planned(instances, _document, ServicePlanner.Plan(
                name, instances, _document.Services.GetValueOrDefault(name, ServicePolicy.Silent), hasStatedRoutes));
    }

    /// <summary>A plan, and what it was made of.</summary>
    private sealed record Planned(
        ImmutableSortedDictionary<string, ServiceInstance> Instances, ProxyDocument Document, ServicePlan Plan);
}
