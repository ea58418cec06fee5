namespace Coordination.Server;

/// <summary>What a client speaks on a shared port, told by its first bytes.</summary>
internal enum PortProtocol
{
    /// <summary>HTTP/1.1, and whatever is nothing else: Kestrel answers it with 400.</summary>
    Http1,

    /// <summary>HTTP/2 without TLS and without an upgrade: what gRPC clients speak.</summary>
    Http2,
}
