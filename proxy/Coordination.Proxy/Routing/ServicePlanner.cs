using System.Collections.Immutable;
using System.Globalization;
using Yarp.ReverseProxy.Configuration;

namespace Coordination.Proxy;

/// <summary>Makes the plan of one service of what its instances and the document say. A function of these alone.</summary>
internal static class ServicePlanner
{
    /// <summary>Makes the plan.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="instances">All its instances, by id.</param>
    /// <param name="stated">What the document says about it.</param>
    /// <param name="hasStatedRoutes">Whether the document has routes to it, which replace the one that it has by itself.</param>
    public static ServicePlan Plan(
        string service, ImmutableSortedDictionary<string, ServiceInstance> instances, ServicePolicy stated, bool hasStatedRoutes)
    {
        List<Refusal> refusals = [];
        var consensus = MetadataConsensus.Of([.. instances.Values]);
        var source = consensus.Speaker is { } speaker ? $"instance {service}/{speaker.Id}" : "the document";
        var metadata = consensus.Speaker?.Metadata ?? ImmutableDictionary<string, string>.Empty;
        if (consensus.Others.Count > 0)
        {
            refusals.Add(new Refusal(
                $"service {service}", source,
                $"its instances disagree about 'proxy.' metadata: it speaks for most of them; not followed: {Some(consensus.Others)}."));
        }

        foreach (var unknown in metadata.Keys.Where(IsUnknown).Order(StringComparer.Ordinal))
        {
            refusals.Add(new Refusal($"service {service}", source, $"'{unknown}' means nothing to this proxy."));
        }

        var entry = MetadataReader.ReadService(metadata, out var errors);
        refusals.AddRange(errors.Select(error => new Refusal($"service {service}", source, error)));
        var policy = PolicyReader.Read(entry, service, source, refusals).OverriddenBy(stated);
        var routes = policy.Expose == false
            ? []
            : FindRoutes(service, metadata, source, consensus.Speaker is not null && !hasStatedRoutes, refusals);

        // What speaks gRPC speaks HTTP/2, unless it says something else.
        var http = policy.Http ?? (metadata.ContainsKey(MetadataKeys.Grpc) ? UpstreamProtocol.Http2 : null);
        var destinations = FindDestinations(service, instances, refusals);
        return new ServicePlan(ClusterFactory.Create(service, policy with { Http = http }, destinations), routes, refusals);
    }

    private static IReadOnlyList<RouteDeclaration> FindRoutes(
        string service, IReadOnlyDictionary<string, string> metadata, string source, bool hasOwn, List<Refusal> refusals)
    {
        var entry = MetadataReader.ReadRoute(metadata, out var errors);
        if (errors.Count > 0)
        {
            refusals.Add(new Refusal($"route {service}", source, string.Join(' ', errors)));
            return [];
        }

        if (entry is { Path: null, Hosts: null, Headers: null, Grpc: null })
        {
            // Says only how to treat the route that the service has by itself.
            entry = entry with { Path = $"/{service}" };
        }

        if (entry is not null)
        {
            return RouteReader.Read(entry, service, service, source, refusals);
        }

        if (!hasOwn)
        {
            return [];
        }

        if (!DeclarationCheck.IsSegment(service))
        {
            refusals.Add(new Refusal($"route {service}", source, "the name of the service cannot be in a path: declare a route."));
            return [];
        }

        return [new RouteDeclaration { Name = service, Service = service, Path = $"/{service}", IsStripped = true, Source = "its name" }];
    }

    private static Dictionary<string, DestinationConfig> FindDestinations(
        string service, ImmutableSortedDictionary<string, ServiceInstance> instances, List<Refusal> refusals)
    {
        Dictionary<string, DestinationConfig> destinations = new(StringComparer.OrdinalIgnoreCase);
        foreach (var instance in instances.Values.Where(InstanceFilter.Usable.Matches))
        {
            var address = InstanceAddress.Find(instance, out var error);
            if (address is not null && !destinations.TryAdd(instance.Id, new DestinationConfig
            {
                Address = address,
                Metadata = DestinationTraits.Write(instance),
            }))
            {
                error = "another instance has an id that differs in upper and lower case only.";
            }

            if (error is not null)
            {
                refusals.Add(new Refusal($"instance {service}/{instance.Id}", "its registration", error));
            }
        }

        return destinations;
    }

    private static bool IsUnknown(string key) =>
        key.StartsWith(MetadataKeys.Prefix, StringComparison.Ordinal) && !MetadataKeys.All.Contains(key);

    private static string Some(IReadOnlyList<string> ids) => ids.Count <= 5
        ? string.Join(", ", ids)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", ids.Take(5))} and {ids.Count - 5} more");
}
