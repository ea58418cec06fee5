namespace Coordination.Benchmarks;

/// <summary>
/// The connections, the event loop and the recorder of one measurement, and its phases: prepare, warm up, record, drain. Everything runs on
/// the thread that calls.
/// </summary>
internal sealed class LoadRun : IDisposable
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    private readonly IServerSession _session;
    private readonly EventLoop _loop = new();
    private readonly CancellationToken _cancellation;

    public LoadRun(IServerSession session, int connections, CancellationToken cancellation)
    {
        _session = session;
        _cancellation = cancellation;
        Connections = [.. Enumerable.Range(0, connections).Select(i => Connect(i))];
    }

    public IReadOnlyList<Http2Connection> Connections { get; }

    public LoadRecorder Recorder { get; } = new();

    /// <summary>Opens a connection to the node whose turn it is.</summary>
    public Http2Connection Connect(int turn)
    {
        var connection = new Http2Connection(_session.Endpoints[turn % _session.Endpoints.Count]);
        _loop.Add(connection);
        return connection;
    }

    /// <summary>Runs until <paramref name="isDone"/>; failing to be done within <paramref name="limit"/> is an error.</summary>
    public void Await(string what, TimeSpan limit, Func<bool> isDone)
    {
        bool isInTime = Run(limit, isDone);
        Recorder.ThrowIfFailed();
        if (!isInTime)
        {
            throw new LoadException($"{what} did not end within {limit.TotalSeconds} s.");
        }
    }

    /// <summary>Lets the clients, which have begun, warm up, measures them, and waits for what is under way.</summary>
    public Dictionary<Measure, double> Measure(LoadOptions options)
    {
        RunFor(options.WarmUpSeconds);
        Recorder.StartRecording();
        UsageInterval interval = UsageInterval.Start(_session.Pids);
        RunFor(options.Seconds);
        Recorder.StopRecording();
        Dictionary<Measure, double> figures = interval.Finish(Recorder.Operations);

        Recorder.Stop();
        Await("what was under way", DrainLimit, () => Recorder.UnderWay == 0);
        AddLatencies(figures, Recorder.Latencies);
        return figures;
    }

    public void Dispose() => _loop.Dispose();

    private static void AddLatencies(Dictionary<Measure, double> figures, LatencyHistogram latencies)
    {
        figures[Benchmarks.Measure.Percentile50Microseconds] = latencies.Percentile(50) / 1e3;
        figures[Benchmarks.Measure.Percentile90Microseconds] = latencies.Percentile(90) / 1e3;
        figures[Benchmarks.Measure.Percentile99Microseconds] = latencies.Percentile(99) / 1e3;
        figures[Benchmarks.Measure.Percentile999Microseconds] = latencies.Percentile(99.9) / 1e3;
        figures[Benchmarks.Measure.LongestMicroseconds] = latencies.MaxNanoseconds / 1e3;
    }

    private void RunFor(int seconds) => Run(TimeSpan.FromSeconds(seconds), static () => false);

    private bool Run(TimeSpan limit, Func<bool> isDone)
    {
        try
        {
            bool isInTime = _loop.Run(limit, () => Recorder.HasTooManyErrors || isDone(), _cancellation);
            if (Recorder.HasTooManyErrors)
            {
                Recorder.ThrowIfFailed();
            }

            return isInTime;
        }
        catch (LoadException broken) when (_session.FindFailure() is { } failure)
        {
            throw new LoadException(failure, broken);
        }
    }
}
