namespace Coordination.Replication;

/// <summary>How watches behave.</summary>
public sealed record WatchHubOptions;
