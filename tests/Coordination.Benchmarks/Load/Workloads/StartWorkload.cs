namespace Coordination.Benchmarks;

/// <summary>How long a server takes from its start on an empty folder to the first linearizable read.</summary>
internal sealed class StartWorkload : IWorkload
{
    public string Name => "start";

    public string Description => "time from the start on an empty folder until a linearizable read succeeds";

    public bool NeedsLaunch => true;

    public bool IsLong => false;

    public Dictionary<Measure, double> Run(IServerTarget target, LoadOptions options, CancellationToken cancellation)
    {
        using LaunchedCluster cluster = Launch(target, cancellation);
        return new() { [Measure.FirstReadSeconds] = cluster.StartDuration.TotalSeconds };
    }

    /// <summary>Starts a target that is known to be one that can be started.</summary>
    public static LaunchedCluster Launch(IServerTarget target, CancellationToken cancellation) => target is LaunchedTarget launched
        ? launched.Launch(cancellation)
        : throw new LoadException("a running server cannot be started: leave out --endpoints.");
}
