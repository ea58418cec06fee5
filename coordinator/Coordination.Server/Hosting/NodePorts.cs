using System.Net;

namespace Coordination.Server;

/// <summary>The ports of a node: where they were asked to be, and, once it is started, where they are.</summary>
internal sealed class NodePorts(NodeOptions options)
{
    /// <summary>The ports for clients: gRPC and plain HTTP.</summary>
    public IReadOnlyList<SharedPort> Client { get; } = [.. options.ListenClientUrls.Select(Create)];

    /// <summary>The ports for metrics and health only.</summary>
    public IReadOnlyList<SharedPort> Metrics { get; } = [.. options.ListenMetricsUrls.Select(Create)];

    /// <summary>The ports for other members.</summary>
    public IReadOnlyList<SharedPort> Peer { get; } = [.. options.ListenPeerUrls.Select(Create)];

    /// <summary>Where a bound port can be reached from this machine.</summary>
    public static Uri UrlOf(SharedPort port)
    {
        var bound = (IPEndPoint)port.Bound;
        bool isUnspecified = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any);
        return new Uri($"http://{(isUnspecified ? new IPEndPoint(IPAddress.Loopback, bound.Port) : bound)}");
    }

    private static SharedPort Create(Uri url) => new(ListenAddress.From(url));
}
