namespace Coordination.Benchmarks;

/// <summary>Clients in closed loops, each sending requests of a mix.</summary>
internal sealed class UnaryWorkload(string name, string description, Func<LoadOptions, IReadOnlyList<RequestTemplate>> createMix)
    : IWorkload
{
    public string Name => name;

    public string Description => description;

    public bool NeedsLaunch => false;

    public bool IsLong => false;

    /// <summary>No more clients and connections than this, whatever the options say.</summary>
    public int ClientsMax { get; init; } = int.MaxValue;

    /// <summary>How many keys there must be before; 0 when the workload writes what it needs.</summary>
    public Func<LoadOptions, int> KeysBefore { get; init; } = static _ => 0;

    public Dictionary<Measure, double> Run(IServerTarget target, LoadOptions options, CancellationToken cancellation)
    {
        using IServerSession session = target.Open(cancellation);
        if (KeysBefore(options) is > 0 and var keys)
        {
            using (var fill = new LoadRun(session, options.Connections, cancellation))
            {
                StoreFill.FillFast(fill, options, keys);
            }

            session.Settle(cancellation);
        }

        int clients = Math.Min(options.Clients, ClientsMax);
        using var run = new LoadRun(session, Math.Min(options.Connections, clients), cancellation);
        IReadOnlyList<RequestTemplate> mix = createMix(options);
        for (int i = 0; i < clients; i++)
        {
            new UnaryClient(run.Connections[i % run.Connections.Count], run.Recorder, mix, i).Start();
        }

        return run.Measure(options);
    }
}
