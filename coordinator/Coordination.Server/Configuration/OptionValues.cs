namespace Coordination.Server;

/// <summary>Whether a node without data begins a cluster or joins one.</summary>
public enum InitialClusterState
{
    /// <summary>It begins a new cluster.</summary>
    New,

    /// <summary>It joins a cluster that is running.</summary>
    Existing,
}

/// <summary>The form of log messages.</summary>
public enum LogFormat
{
    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>Text for people.</summary>
    Console,
}

/// <summary>How much the metrics say.</summary>
public enum MetricsDetail
{
    /// <summary>What dashboards need.</summary>
    Basic,

    /// <summary>Also histograms for each gRPC method.</summary>
    Extensive,
}

/// <summary>What is compacted without being asked. At most one of the two is set.</summary>
/// <param name="Period">How much history is kept by time, or null.</param>
/// <param name="Revisions">How many revisions are kept, or null.</param>
public sealed record AutoCompactionOptions(TimeSpan? Period, long? Revisions)
{
    /// <summary>Whether anything is compacted without being asked.</summary>
    public bool IsOn => Period is not null || Revisions is not null;
}

/// <summary>Where traces go and what they say of this node.</summary>
/// <param name="Address">Host and port of an OpenTelemetry collector, over gRPC.</param>
/// <param name="ServiceName">The name of the service in traces.</param>
/// <param name="InstanceId">The name of this node in traces, or empty.</param>
/// <param name="SamplingRatePerMillion">How many of a million traces are kept.</param>
public sealed record TracingOptions(string Address, string ServiceName, string InstanceId, int SamplingRatePerMillion);
