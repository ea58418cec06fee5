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

    /// <summary>About the instance alone: it takes no part in what the instances of a service have to agree on.</summary>
    public const string Scheme = "proxy.scheme";

    public static IReadOnlySet<string> All { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        Path, Strip, Host, Header, Grpc, Order, Expose, Http, Scheme,
    };
}
