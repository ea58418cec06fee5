namespace Coordination.Recipes;

/// <summary>Which instances of a service are wanted. Everything that is asked for has to hold. Immutable.</summary>
public sealed record InstanceFilter
{
    /// <summary>Those that can be sent work: not critical, not draining.</summary>
    public static InstanceFilter Usable { get; } = new();

    /// <summary>All that are registered.</summary>
    public static InstanceFilter All { get; } = new() { WorstStatus = HealthStatus.Critical, IncludesDraining = true };

    /// <summary>The worst that is wanted.</summary>
    /// <value>The default is <see cref="HealthStatus.Warning"/>.</value>
    public HealthStatus WorstStatus { get; init; } = HealthStatus.Warning;

    /// <summary>True to have those that want no new work, too.</summary>
    /// <value>The default is false.</value>
    public bool IncludesDraining { get; init; }

    /// <summary>Tags that it has to have, all of them.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Metadata that it has to have, all of them, with these values.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The zone that it has to be in; null for any.</summary>
    public string? Zone { get; init; }

    /// <summary>The version that it has to have; null for any.</summary>
    public string? Version { get; init; }

    /// <summary>True for an instance that is wanted.</summary>
    /// <param name="instance">The instance.</param>
    public bool Matches(ServiceInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return instance.Status <= WorstStatus
            && (IncludesDraining || !instance.IsDraining)
            && (Zone is null || instance.Zone == Zone)
            && (Version is null || instance.Version == Version)
            && Tags.All(tag => instance.Tags.Contains(tag, StringComparer.Ordinal))
            && Metadata.All(pair => instance.Metadata.TryGetValue(pair.Key, out var value) && value == pair.Value);
    }
}
