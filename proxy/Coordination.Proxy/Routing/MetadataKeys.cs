namespace Coordination.Proxy;

/// <summary>The metadata by which instances tell the proxy about themselves: docs/proxy.md.</summary>
internal static class MetadataKeys
{
    /// <summary>What all of them begin with.</summary>
    public const string Prefix = "proxy.";

    public const string Path = "proxy.path";
    public const string Strip = "proxy.strip";
    public const string Host = "proxy.host";
    public const string Header = "proxy.header";
    public const string Grpc = "proxy.grpc";
    public const string Order = "proxy.order";
    public const string Expose = "proxy.expose";
    public const string Http = "proxy.http";
    public const string Balancing = "proxy.balancing";
    public const string Hash = "proxy.hash";
    public const string Sticky = "proxy.sticky";
    public const string SlowStart = "proxy.slow-start";
    public const string Panic = "proxy.panic";
    public const string HealthPath = "proxy.health.path";
    public const string HealthInterval = "proxy.health.interval";
    public const string HealthTimeout = "proxy.health.timeout";
    public const string EjectAfter = "proxy.eject-after";
    public const string Retries = "proxy.retries";
    public const string TryTimeout = "proxy.try-timeout";
    public const string Timeout = "proxy.timeout";
    public const string IdleTimeout = "proxy.idle-timeout";

    /// <summary>About the instance alone: it takes no part in what the instances of a service have to agree on.</summary>
    public const string Scheme = "proxy.scheme";

    public static IReadOnlySet<string> All { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        Path, Strip, Host, Header, Grpc, Order, Expose, Http, Balancing, Hash, Sticky, SlowStart, Panic, HealthPath, HealthInterval,
        HealthTimeout, EjectAfter, Retries, TryTimeout, Timeout, IdleTimeout, Scheme,
    };
}
