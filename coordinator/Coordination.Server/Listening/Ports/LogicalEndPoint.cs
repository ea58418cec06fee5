using System.Net;

namespace Coordination.Server;

/// <summary>One protocol on a shared port, in the form that Kestrel binds to.</summary>
internal sealed class LogicalEndPoint(SharedPort port, PortProtocol protocol) : EndPoint
{
    public SharedPort Port { get; } = port;

    public PortProtocol Protocol { get; } = protocol;

    /// <inheritdoc/>
    public override string ToString() => Port.Requested.ToString() ?? string.Empty;
}
