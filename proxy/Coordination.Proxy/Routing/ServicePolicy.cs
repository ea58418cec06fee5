namespace Coordination.Proxy;

/// <summary>How a service is treated; null where nothing was said. Immutable.</summary>
internal sealed record ServicePolicy
{
    public static ServicePolicy Silent { get; } = new();

    /// <summary>False for a service that no route leads to unless the document has one.</summary>
    public bool? Expose { get; init; }

    /// <summary>What is spoken with its instances.</summary>
    public UpstreamProtocol? Http { get; init; }

    /// <summary>How an instance is chosen.</summary>
    public BalancingAlgorithm? Balancing { get; init; }

    /// <summary>What hashing looks at.</summary>
    public HashKey? Hash { get; init; }

    /// <summary>The name of the cookie that keeps a client with an instance.</summary>
    public string? Sticky { get; init; }

    /// <summary>How long an instance that is new gets less than its share.</summary>
    public TimeSpan? SlowStart { get; init; }

    /// <summary>The part of the instances, from 0 to 1, below which those that are well are not told from the others any more.</summary>
    public double? Panic { get; init; }

    /// <summary>The shares of versions and tags.</summary>
    public IReadOnlyList<SplitShare>? Split { get; init; }

    /// <summary>What instances are asked to see whether they are well; empty for nothing.</summary>
    public string? HealthPath { get; init; }

    /// <summary>How often they are asked.</summary>
    public TimeSpan? HealthInterval { get; init; }

    /// <summary>How long they may take to answer.</summary>
    public TimeSpan? HealthTimeout { get; init; }

    /// <summary>So many failures in a row take an instance out; 0 for never.</summary>
    public int? EjectAfter { get; init; }

    /// <summary>How often a request may be sent again.</summary>
    public int? Retries { get; init; }

    /// <summary>How long one try may take until its response begins.</summary>
    public TimeSpan? TryTimeout { get; init; }

    /// <summary>How long all tries together may take until a response begins.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long a request may be without any movement in either direction.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>What another says, and where it says nothing, what this one does.</summary>
    public ServicePolicy OverriddenBy(ServicePolicy other) => new()
    {
        Expose = other.Expose ?? Expose,
        Http = other.Http ?? Http,
        Balancing = other.Balancing ?? Balancing,
        Hash = other.Hash ?? Hash,
        Sticky = other.Sticky ?? Sticky,
        SlowStart = other.SlowStart ?? SlowStart,
        Panic = other.Panic ?? Panic,
        Split = other.Split ?? Split,
        HealthPath = other.HealthPath ?? HealthPath,
        HealthInterval = other.HealthInterval ?? HealthInterval,
        HealthTimeout = other.HealthTimeout ?? HealthTimeout,
        EjectAfter = other.EjectAfter ?? EjectAfter,
        Retries = other.Retries ?? Retries,
        TryTimeout = other.TryTimeout ?? TryTimeout,
        Timeout = other.Timeout ?? Timeout,
        IdleTimeout = other.IdleTimeout ?? IdleTimeout,
    };
}
