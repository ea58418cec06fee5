namespace Coordination.Proxy;

/// <summary>Makes declarations of entries: one for what the path, hosts and headers say, and one for each gRPC service.</summary>
internal static class RouteReader
{
    /// <summary>Reads an entry whole, or not at all.</summary>
    /// <param name="entry">What was declared.</param>
    /// <param name="name">What the route is called.</param>
    /// <param name="service">Where it leads.</param>
    /// <param name="source">Where it was declared.</param>
    /// <param name="refusals">Where to say what is wrong with it.</param>
    public static IReadOnlyList<RouteDeclaration> Read(
        RouteEntry entry, string name, string service, string source, ICollection<Refusal> refusals)
    {
        var errors = FindErrors(entry).ToList();
        if (errors.Count > 0)
        {
            refusals.Add(new Refusal($"route {name}", source, string.Join(' ', errors)));
            return [];
        }

        var common = new RouteDeclaration
        {
            Name = name,
            Service = service,
            Path = Normalize(entry.Path ?? "/"),
            IsStripped = entry.Strip ?? true,
            Hosts = [.. (entry.Hosts ?? []).Select(host => host.ToLowerInvariant()).Distinct(StringComparer.Ordinal)],
            Headers = entry.Headers ?? new Dictionary<string, string>(),
            Methods = [.. (entry.Methods ?? []).Select(method => method.ToUpperInvariant()).Distinct(StringComparer.Ordinal)],
            Order = entry.Order ?? 0,
            Source = source,
        };
        var services = entry.Grpc ?? [];
        var grpc = services.Select(type => common with { Name = $"{name}/{type}", Path = $"/{type}", IsStripped = false });

        // An entry that names gRPC services and no path is about nothing else.
        return services.Count > 0 && entry.Path is null ? [.. grpc] : [common, .. grpc];
    }

    private static IEnumerable<string> FindErrors(RouteEntry entry)
    {
        if (entry is { Path: null } && (entry.Hosts ?? []).Count == 0 && (entry.Headers ?? new Dictionary<string, string>()).Count == 0
            && (entry.Grpc ?? []).Count == 0)
        {
            yield return "it has no path, host, header or gRPC service: it would take every request.";
        }

        if (entry.Path is not null && DeclarationCheck.FindPathError(Normalize(entry.Path)) is { } path)
        {
            yield return path;
        }

        foreach (var host in (entry.Hosts ?? []).Where(host => !DeclarationCheck.IsHost(host)))
        {
            yield return $"'{host}' is no name of a host.";
        }

        foreach (var header in (entry.Headers ?? new Dictionary<string, string>()).Where(header => !DeclarationCheck.IsToken(header.Key)))
        {
            yield return $"'{header.Key}' is no name of a header.";
        }

        if (entry.Headers?.Count > DeclarationCheck.HeadersMax)
        {
            yield return $"it has more than {DeclarationCheck.HeadersMax} headers.";
        }

        foreach (var method in (entry.Methods ?? []).Where(method => !DeclarationCheck.IsToken(method)))
        {
            yield return $"'{method}' is no method.";
        }

        foreach (var service in (entry.Grpc ?? []).Where(service => !DeclarationCheck.IsGrpcService(service)))
        {
            yield return $"'{service}' is no name of a gRPC service.";
        }

        if (entry.Order is < -DeclarationCheck.OrderMax or > DeclarationCheck.OrderMax)
        {
            yield return $"the order {entry.Order} is not between -{DeclarationCheck.OrderMax} and {DeclarationCheck.OrderMax}.";
        }
    }

    private static string Normalize(string path) => path.Length > 1 ? path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/" : path;
}
