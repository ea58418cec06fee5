namespace Coordination.Benchmarks;

/// <summary>
/// Fills a store by single puts; then how much memory and disk the server takes, how soon it answers after a restart, and how much memory
/// it takes then.
/// </summary>
internal sealed class MemoryWorkload : IWorkload
{
    public string Name => "memory";

    public string Description => "memory and disk with many keys, put one by one; time to the first read after a restart with them";

    public bool NeedsLaunch => true;

    public bool IsLong => true;

    public Dictionary<Measure, double> Run(IServerTarget target, LoadOptions options, CancellationToken cancellation)
    {
        using LaunchedCluster cluster = StartWorkload.Launch(target, cancellation);
        double firstReadSeconds = cluster.StartDuration.TotalSeconds;
        Dictionary<Measure, double> figures;
        using (var run = new LoadRun(cluster, options.Connections, cancellation))
        {
            UsageInterval interval = UsageInterval.Start(cluster.Pids);
            StoreFill.FillByPuts(run, options, options.MemoryKeys);
            figures = interval.Finish(options.MemoryKeys);
        }

        figures[Measure.FirstReadSeconds] = firstReadSeconds;
        figures[Measure.DiskBytes] = cluster.DiskBytes;
        cluster.Settle(cancellation);
        figures[Measure.RestartReadSeconds] = cluster.StartDuration.TotalSeconds;
        figures[Measure.RestartResidentBytes] = ProcessUsage.Read(cluster.Pids).ResidentBytes;
        return figures;
    }
}
