namespace Coordination.Proxy;

/// <summary>How a service is treated; null where nothing was said. Immutable.</summary>
internal sealed record ServicePolicy
{
    public static ServicePolicy Silent { get; } = new();

    /// <summary>False for a service that no route leads to unless the document has one.</summary>
    public bool? Expose { get; init; }

    /// <summary>What is spoken with its instances.</summary>
    public UpstreamProtocol? Http { get; init; }

    /// <summary>What another says, and where it says nothing, what this one does.</summary>
    public ServicePolicy OverriddenBy(ServicePolicy other) => new()
    {
        Expose = other.Expose ?? Expose,
        Http = other.Http ?? Http,
    };
}
