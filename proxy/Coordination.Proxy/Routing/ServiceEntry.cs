namespace Coordination.Proxy;

/// <summary>How a service is to be treated, as somebody declared it: a member of <c>services</c> of the document, or metadata.</summary>
internal sealed record ServiceEntry
{
    public bool? Expose { get; init; }

    public string? Http { get; init; }

    public string? Balancing { get; init; }

    public string? Hash { get; init; }

    public string? Sticky { get; init; }

    public string? SlowStart { get; init; }

    public string? Panic { get; init; }

    public IReadOnlyList<SplitEntry>? Split { get; init; }

    public HealthEntry? Health { get; init; }

    public int? EjectAfter { get; init; }

    public int? Retries { get; init; }

    public string? TryTimeout { get; init; }

    public string? Timeout { get; init; }

    public string? IdleTimeout { get; init; }
}

/// <summary>A share of the requests, as it was declared.</summary>
internal sealed record SplitEntry
{
    public string? Version { get; init; }

    public string? Tag { get; init; }

    public int? Weight { get; init; }
}

/// <summary>How instances are probed, as it was declared.</summary>
internal sealed record HealthEntry
{
    public string? Path { get; init; }

    public string? Interval { get; init; }

    public string? Timeout { get; init; }
}
