using System.Net;
using Coordination.Silo;

namespace Coordination.Server;

/// <summary>The ports of a node: where they were asked to be, and, once it is started, where they are.</summary>
internal sealed class NodePorts
{
    public NodePorts(NodeOptions options)
    {
        Client = [.. options.ListenClientUrls.Select(static url => new SharedPort(ListenAddress.From(url)))];
        Metrics = [.. options.ListenMetricsUrls.Select(static url => new SharedPort(ListenAddress.From(url)))];
        Peer = [.. options.ListenPeerUrls.Select(url => new SharedPort(ListenAddress.From(url), SiloConnections.TryHandOver))];
    }

    /// <summary>The ports for clients: gRPC and plain HTTP.</summary>
    public IReadOnlyList<SharedPort> Client { get; }

    /// <summary>The ports for metrics and health only.</summary>
    public IReadOnlyList<SharedPort> Metrics { get; }

    /// <summary>The ports for other members: their streams, plain HTTP, and their silos.</summary>
    public IReadOnlyList<SharedPort> Peer { get; }

    /// <summary>Where the silo gets the connections that other silos open to the ports for members.</summary>
    public SiloConnections SiloConnections { get; } = new();

    /// <summary>Where a bound port can be reached from this machine.</summary>
    public static Uri UrlOf(SharedPort port)
    {
        var bound = (IPEndPoint)port.Bound;
        bool isUnspecified = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any);
        return new Uri($"http://{(isUnspecified ? new IPEndPoint(IPAddress.Loopback, bound.Port) : bound)}");
    }
}
