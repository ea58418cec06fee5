using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Coordination.Server;

/// <summary>
/// One port of this node that speaks several protocols: where it is, the logical end points that Kestrel binds to it, and who takes what is
/// no HTTP.
/// </summary>
/// <param name="requested">Where the port is asked to be; port 0 leaves the choice to the system.</param>
/// <param name="tryHandOver">
/// Takes an untouched connection that speaks no HTTP, and owns it from then on; false when nobody listens, and then the port ends it. Null:
/// such a connection is taken for HTTP/1.1.
/// </param>
internal sealed class SharedPort(EndPoint requested, Func<ConnectionContext, bool>? tryHandOver = null)
{
    private EndPoint? _bound;

    /// <summary>Where the port was asked to be.</summary>
    public EndPoint Requested { get; } = requested;

    /// <summary>Takes connections that speak no HTTP; null when nobody is there for them.</summary>
    public Func<ConnectionContext, bool>? TryHandOver { get; } = tryHandOver;

    /// <summary>Where the port is.</summary>
    /// <exception cref="InvalidOperationException">The port is not bound yet.</exception>
    public EndPoint Bound => Volatile.Read(ref _bound) ?? throw new InvalidOperationException($"{Requested} is not bound yet.");

    /// <summary>The end point on which the connections of one protocol arrive.</summary>
    public LogicalEndPoint For(PortProtocol protocol) => new(this, protocol);

    internal void OnBound(EndPoint endPoint) => Volatile.Write(ref _bound, endPoint);
}
