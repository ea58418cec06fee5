namespace Coordination.Recipes;

/// <summary>One instance of a service. Immutable.</summary>
public sealed record ServiceInstance
{
    /// <summary>The name of the service; not empty, and without a slash.</summary>
    public required string Service { get; init; }

    /// <summary>What tells the instance from others of the service; not empty, and without a slash.</summary>
    public required string Id { get; init; }

    /// <summary>Where it is: a host name or an address.</summary>
    public required string Address { get; init; }

    /// <summary>The port that it serves on; 0 when that means nothing.</summary>
    public int Port { get; init; }

    /// <summary>Words that queries can ask for.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whatever else there is to know.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The part of the world that it is in, for who prefers what is near; null for none.</summary>
    public string? Zone { get; init; }

    /// <summary>Its share of the traffic, in proportion to those of the others; not below 0.</summary>
    /// <value>The default is 100.</value>
    public int Weight { get; init; } = 100;

    /// <summary>The version of the program; null when it does not say.</summary>
    public string? Version { get; init; }

    /// <summary>How it is.</summary>
    /// <value>The default is <see cref="HealthStatus.Passing"/>.</value>
    public HealthStatus Status { get; init; }

    /// <summary>Why it is so, in words; null when there is nothing to say.</summary>
    public string? Note { get; init; }

    /// <summary>True when it wants no new work, since it is about to end.</summary>
    public bool IsDraining { get; init; }

    /// <summary>The lease that it lives as long as; <see cref="LeaseId.None"/> for one that stays until somebody deletes it.</summary>
    public LeaseId Lease { get; init; }

    /// <summary>The revision that made it what it is; 0 for one that was not read from the store.</summary>
    public long Revision { get; init; }
}
