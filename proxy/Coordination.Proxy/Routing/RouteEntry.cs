namespace Coordination.Proxy;

/// <summary>A route as somebody declared it: a member of <c>routes</c> of the document, or what the metadata of an instance say.</summary>
internal sealed record RouteEntry
{
    public string? Name { get; init; }

    public string? Service { get; init; }

    public string? Path { get; init; }

    public bool? Strip { get; init; }

    public IReadOnlyList<string>? Hosts { get; init; }

    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    public IReadOnlyList<string>? Methods { get; init; }

    public IReadOnlyList<string>? Grpc { get; init; }

    public int? Order { get; init; }
}
