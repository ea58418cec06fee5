namespace Coordination.Proxy;

/// <summary>What is spoken with the instances of a service.</summary>
internal enum UpstreamProtocol
{
    /// <summary>HTTP/1.1.</summary>
    Http1 = 0,

    /// <summary>HTTP/2, without asking first: what gRPC needs.</summary>
    Http2 = 1,
}
