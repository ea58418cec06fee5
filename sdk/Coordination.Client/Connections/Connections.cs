namespace Coordination.Client;

/// <summary>What a client and all its namespaces share.</summary>
internal sealed class Connections : IAsyncDisposable
{
    public Connections(CoordinationClientOptions options)
    {
        Options = options;
        Telemetry = new Telemetry(options);
        Endpoints = new EndpointPool(options, Telemetry);
        Authenticator = new Authenticator(options, Telemetry);
        Leaders = options.PreferLeader ? new LeaderTracker(Endpoints, Authenticator, options, Telemetry) : null;
        Caller = new Caller(Endpoints, Authenticator, Leaders, options, Telemetry);
        Keeper = new LeaseKeeper(Endpoints, Authenticator, options, Telemetry);
    }

    public CoordinationClientOptions Options { get; }

    public Telemetry Telemetry { get; }

    public EndpointPool Endpoints { get; }

    public Authenticator Authenticator { get; }

    /// <summary>Null when it does not matter who leads.</summary>
    public LeaderTracker? Leaders { get; }

    public Caller Caller { get; }

    public LeaseKeeper Keeper { get; }

    public async ValueTask DisposeAsync()
    {
        await Keeper.DisposeAsync().ConfigureAwait(false);
        if (Leaders is not null)
        {
            await Leaders.DisposeAsync().ConfigureAwait(false);
        }

        Endpoints.Dispose();
    }
}
