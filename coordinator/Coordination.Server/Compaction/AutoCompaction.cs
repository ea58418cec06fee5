namespace Coordination.Server;

/// <summary>
/// Compacts every partition of which this member has a replica, each by its own revisions. Owns one timer loop, which looks for partitions
/// that have come or gone, and an <see cref="AutoCompactor"/> for each that there is.
/// </summary>
internal sealed class AutoCompaction : IAsyncDisposable
{
    /// <summary>Soon enough: what is compacted first is what a partition had one period after it came.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly AutoCompactionOptions _options;
    private readonly Func<IReadOnlyList<ICompactable>> _find;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<uint, AutoCompactor> _compactors = [];
    private readonly PeriodicTimer _timer;
    private readonly Task _running;

    private AutoCompaction(AutoCompactionOptions options, Func<IReadOnlyList<ICompactable>> find, TimeProvider time, ILogger logger)
    {
        _options = options;
        _find = find;
        _time = time;
        _logger = logger;
        _timer = new PeriodicTimer(LookInterval, time);
        _running = RunAsync();
    }

    /// <summary>Starts what the options ask for; null when they ask for nothing.</summary>
    /// <param name="options">How much history to keep.</param>
    /// <param name="find">The partitions at present.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to write.</param>
    public static AutoCompaction? Start(
        AutoCompactionOptions options, Func<IReadOnlyList<ICompactable>> find, TimeProvider time, ILogger logger) =>
        options is { Period: null, Revisions: null } ? null : new AutoCompaction(options, find, time, logger);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running;
        foreach (AutoCompactor compactor in _compactors.Values)
        {
            await compactor.DisposeAsync();
        }
    }

    private async Task RunAsync()
    {
        do
        {
            await LookAsync();
        }
        while (await _timer.WaitForNextTickAsync());
    }

    private async Task LookAsync()
    {
        IReadOnlyList<ICompactable> present = _find();
        foreach (ICompactable partition in present)
        {
            if (!_compactors.ContainsKey(partition.Partition)
                && AutoCompactor.Start(_options, partition, _time, _logger) is { } compactor)
            {
                _compactors.Add(partition.Partition, compactor);
            }
        }

        foreach (uint gone in _compactors.Keys.Except(present.Select(static partition => partition.Partition)).ToList())
        {
            _compactors.Remove(gone, out AutoCompactor? compactor);
            await compactor!.DisposeAsync();
        }
    }
}
