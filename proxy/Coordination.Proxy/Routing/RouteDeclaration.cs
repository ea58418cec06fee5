namespace Coordination.Proxy;

/// <summary>A route that was declared and makes sense: which requests go to which service. Immutable.</summary>
internal sealed record RouteDeclaration
{
    /// <summary>What it is called where it was declared.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the document has it; such routes come before others that are as particular.</summary>
    public bool IsStated { get; init; }

    /// <summary>What it is called in the proxy.</summary>
    public string Id => IsStated ? $"document/{Name}" : Name;

    public required string Service { get; init; }

    /// <summary>What the path begins with, whole segments: <c>/</c>, or a path without a slash at its end.</summary>
    public required string Path { get; init; }

    /// <summary>Whether <see cref="Path"/> is taken off before the request goes on.</summary>
    public bool IsStripped { get; init; }

    /// <summary>Names of hosts, also as <c>*.name</c>; none for every host.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Headers that a request has to have, with these values.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Methods of requests; none for every method.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Routes with lower ones come first, whatever else they say.</summary>
    public int Order { get; init; }

    public required string Source { get; init; }
}
