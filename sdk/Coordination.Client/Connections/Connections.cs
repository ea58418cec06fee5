namespace Coordination.Client;

/// <summary>What a client and all its namespaces share.</summary>
internal sealed class Connections : IAsyncDisposable
{
    public Connections(CoordinationClientOptions options)
    {
        Options = options;
        Endpoints = new EndpointPool(options);
        Authenticator = new Authenticator(options);
        Leaders = options.PreferLeader ? new LeaderTracker(Endpoints, Authenticator, options) : null;
        Caller = new Caller(Endpoints, Authenticator, Leaders, options);
        Keeper = new LeaseKeeper(Endpoints, Authenticator, options);
    }

    public CoordinationClientOptions Options { get; }

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
