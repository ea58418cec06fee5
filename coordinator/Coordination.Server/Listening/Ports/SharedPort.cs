using System.Net;

namespace Coordination.Server;

/// <summary>
/// One port of this node that speaks several protocols: where it is, and the logical end points that Kestrel binds to it.
/// </summary>
internal sealed class SharedPort(EndPoint requested)
{
    private EndPoint? _bound;

    /// <summary>Where the port was asked to be; port 0 leaves the choice to the system.</summary>
    public EndPoint Requested { get; } = requested;

    /// <summary>Where the port is.</summary>
    /// <exception cref="InvalidOperationException">The port is not bound yet.</exception>
    public EndPoint Bound => Volatile.Read(ref _bound) ?? throw new InvalidOperationException($"{Requested} is not bound yet.");

    /// <summary>The end point on which the connections of one protocol arrive.</summary>
    public LogicalEndPoint For(PortProtocol protocol) => new(this, protocol);

    internal void OnBound(EndPoint endPoint) => Volatile.Write(ref _bound, endPoint);
}
