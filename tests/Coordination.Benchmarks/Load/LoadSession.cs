namespace Coordination.Benchmarks;

/// <summary>
/// One run of the command: its targets, its workloads, and what they found. The servers take turns within each workload, repetition by
/// repetition, so that whatever drifts on the machine meets all of them. Owns the folder for the servers' data.
/// </summary>
internal sealed class LoadSession : IDisposable
{
    private readonly string _dataDirectory;
    private readonly List<Measurement> _measurements = [];
    private readonly List<string> _failures = [];

    private LoadSession(LoadOptions options, IReadOnlyList<string> programs, string dataDirectory)
    {
        Options = options;
        _dataDirectory = dataDirectory;
        Workloads = [.. WorkloadList.All.Where(IsWanted)];
        Targets = options.Endpoints.Count > 0
            ? [new RunningTarget(options.Endpoints, options.Pids)]
            : [.. options.Servers.Zip(programs, (name, program) => new LaunchedTarget(name, program, options.Nodes, dataDirectory))];
    }

    public LoadOptions Options { get; }

    public IReadOnlyList<IServerTarget> Targets { get; }

    public IReadOnlyList<IWorkload> Workloads { get; }

    public IReadOnlyList<Measurement> Measurements => _measurements;

    /// <summary>A sentence for each measurement that could not be taken.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>The kind of file system that the servers write to.</summary>
    public string FileSystem => new DriveInfo(_dataDirectory).DriveFormat;

    /// <exception cref="LoadException">A program is missing, or the data cannot be put where it should.</exception>
    public static LoadSession Open(LoadOptions options)
    {
        string[] programs = options.Endpoints.Count > 0 ? [] : [.. options.Servers.Select(name => Locate(name, options))];
        try
        {
            string dataDirectory = options.DataDirectory is null
                ? Directory.CreateTempSubdirectory("coordination-load-").FullName
                : Directory.CreateDirectory(Path.Combine(Path.GetFullPath(options.DataDirectory), $"load-{Guid.NewGuid():N}")).FullName;
            return new LoadSession(options, programs, dataDirectory);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new LoadException($"the folder for the servers' data cannot be used: {unusable.Message}", unusable);
        }
    }

    public void Run(CancellationToken cancellation)
    {
        foreach (IWorkload workload in Workloads)
        {
            int repetitions = workload.IsLong ? 1 : Options.Repetitions;
            for (int repetition = 1; repetition <= repetitions; repetition++)
            {
                foreach (IServerTarget target in Targets)
                {
                    Measure(workload, target, repetition, cancellation);
                }
            }
        }
    }

    public void Dispose() => Directory.Delete(_dataDirectory, recursive: true);

    private void Measure(IWorkload workload, IServerTarget target, int repetition, CancellationToken cancellation)
    {
        string what = FormattableString.Invariant($"{workload.Name} on {target.Name}, repetition {repetition}");
        try
        {
            Dictionary<Measure, double> figures = workload.Run(target, Options, cancellation);
            _measurements.Add(new Measurement(workload.Name, target.Name, repetition, figures));
            Console.Error.WriteLine($"{what}: {string.Join(", ", FigureFormat.Describe(figures))}");
        }
        catch (LoadException) when (cancellation.IsCancellationRequested)
        {
            // The key that interrupts this process interrupts its servers too, which must not look like a failure of theirs.
            cancellation.ThrowIfCancellationRequested();
        }
        catch (LoadException failed)
        {
            _failures.Add($"{what}: {failed.Message}");
            Console.Error.WriteLine($"{what}: FAILED: {failed.Message}");
        }
    }

    private bool IsWanted(IWorkload workload) => Options.Workloads.Count > 0
        ? Options.Workloads.Contains(workload.Name, StringComparer.Ordinal)
        : !(workload.NeedsLaunch && Options.Endpoints.Count > 0);

    private static string Locate(string name, LoadOptions options)
    {
        if (name == "etcd")
        {
            return EtcdProgram.Locate(options.EtcdPath);
        }

        return EtcdProgram.Find(options.CoordinatorPath ?? name)
            ?? throw new LoadException($"there is no program {options.CoordinatorPath}: publish the server, then check --coordinator.");
    }
}
