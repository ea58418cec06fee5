namespace Coordination.Server;

/// <summary>What binding a method takes.</summary>
internal sealed record CallSetup(
    CallBoundary Boundary, CallMetrics Metrics, UnaryCatalog Catalog, LocalMethods Local, HttpRoutes Routes, EtcdServiceOptions Options);
