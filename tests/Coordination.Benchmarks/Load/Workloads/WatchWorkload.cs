namespace Coordination.Benchmarks;

/// <summary>
/// Watchers spread evenly over keys and over the connections, one stream on each connection, while the keys are written. What counts is
/// events delivered; latency is from the begin of a put to the arrival of each of its events.
/// </summary>
internal sealed class WatchWorkload(string name, int watchers, int keys) : IWorkload
{
    /// <summary>Events that may be under way at a time.</summary>
    private const int EventsOutMax = 10_000;

    private static readonly TimeSpan CreateLimit = TimeSpan.FromSeconds(60);

    public string Name => name;

    public string Description =>
        FormattableString.Invariant($"events delivered to {watchers} watchers {(keys == 1 ? "of one key" : $"over {keys} keys")}");

    public bool NeedsLaunch => false;

    public bool IsLong => false;

    public Dictionary<Measure, double> Run(IServerTarget target, LoadOptions options, CancellationToken cancellation)
    {
        int eventsPerPut = watchers / keys;
        int putsOut = Math.Clamp(EventsOutMax / eventsPerPut, 1, options.Clients);
        using IServerSession session = target.Open(cancellation);
        using var run = new LoadRun(session, options.Connections, cancellation);
        var fanOut = new WatchFanOut(run.Recorder, eventsPerPut, putsOut);
        CreateWatchers(run, fanOut);

        var template = new RequestTemplate(GrpcMethod.Put, Requests.NewPut(options), options.ValueBytes, keys);
        Http2Connection connection = run.Connect(0);
        for (int i = 0; i < putsOut; i++)
        {
            fanOut.AddIdle(new WatchWriter(connection, fanOut, template, i));
        }

        fanOut.Pump();
        return run.Measure(options);
    }

    private void CreateWatchers(LoadRun run, WatchFanOut fanOut)
    {
        WatchStream[] streams = [.. run.Connections.Select(connection => new WatchStream(connection, fanOut))];
        for (int i = 0; i < watchers; i++)
        {
            // The watchers of one key are on different connections.
            streams[((i / keys) + (i % keys)) % streams.Length].AddWatcher(i % keys);
        }

        run.Await($"creating {watchers} watchers", CreateLimit, () => fanOut.WatchersCreated == watchers);
    }
}
