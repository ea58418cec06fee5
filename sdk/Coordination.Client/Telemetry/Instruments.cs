using System.Diagnostics.Metrics;

namespace Coordination.Client;

/// <summary>What a client counts. Names, units and attributes follow OpenTelemetry's conventions. Any thread.</summary>
internal sealed class Instruments
{
    private const string Prefix = "coordination.client.";

    /// <summary>Of clients without a factory. Meters give out one instrument of a name, so that clients share them.</summary>
    private static readonly Meter Shared = new(ClientTelemetry.Name);

    public Instruments(IMeterFactory? factory)
    {
        var meter = factory?.Create(new MeterOptions(ClientTelemetry.Name)) ?? Shared;
        Duration = meter.CreateHistogram<double>(
            $"{Prefix}operation.duration", "s", "How long operations took, with all their attempts.");
        Retries = meter.CreateCounter<long>($"{Prefix}operation.retries", "{retry}", "Attempts of operations after the first.");
        EndpointFailures = meter.CreateCounter<long>(
            $"{Prefix}endpoint.failures", "{failure}", "Times that an endpoint was put aside.");
        Tokens = meter.CreateCounter<long>($"{Prefix}tokens", "{token}", "Tokens that servers gave to the user.");
        Watches = meter.CreateUpDownCounter<long>($"{Prefix}watch.active", "{watch}", "Watches that are followed.");
        WatchEvents = meter.CreateCounter<long>($"{Prefix}watch.events", "{event}", "Changes that watches showed.");
        WatchReconnects = meter.CreateCounter<long>($"{Prefix}watch.reconnects", "{reconnect}", "Streams of watches after the first.");
        Sessions = meter.CreateUpDownCounter<long>($"{Prefix}session.active", "{session}", "Lease sessions that are kept.");
        SessionLosses = meter.CreateCounter<long>($"{Prefix}session.losses", "{session}", "Lease sessions that were lost.");
        CacheReloads = meter.CreateCounter<long>(
            $"{Prefix}cache.reloads", "{reload}", "Times that a cache read its range again, since history was compacted.");
    }

    public Histogram<double> Duration { get; }

    public Counter<long> Retries { get; }

    public Counter<long> EndpointFailures { get; }

    public Counter<long> Tokens { get; }

    public UpDownCounter<long> Watches { get; }

    public Counter<long> WatchEvents { get; }

    public Counter<long> WatchReconnects { get; }

    public UpDownCounter<long> Sessions { get; }

    public Counter<long> SessionLosses { get; }

    public Counter<long> CacheReloads { get; }
}
