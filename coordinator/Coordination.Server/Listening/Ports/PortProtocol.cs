namespace Coordination.Server;

/// <summary>What a client speaks on a shared port, told by its first bytes.</summary>
internal enum PortProtocol
{
    /// <summary>HTTP/1.1.</summary>
    Http1,

    /// <summary>HTTP/2 without TLS and without an upgrade: what gRPC clients speak.</summary>
    Http2,

    /// <summary>None of HTTP. A port that has nobody for it takes it for HTTP/1.1, and Kestrel answers with 400.</summary>
    Other,
}
