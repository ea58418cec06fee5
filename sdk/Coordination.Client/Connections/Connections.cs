namespace Coordination.Client;

/// <summary>What a client and all its namespaces share.</summary>
internal sealed class Connections : IAsyncDisposable
{
    public Connections(CoordinationClientOptions options)
    {
        Options = options;
        Endpoints = new EndpointPool(options);
        Authenticator = new Authenticator(options);
        Caller = new Caller(Endpoints, Authenticator, options);
        Keeper = new LeaseKeeper(Endpoints, Authenticator, options);
    }

    public CoordinationClientOptions Options { get; }

    public EndpointPool Endpoints { get; }

    public Authenticator Authenticator { get; }

    public Caller Caller { get; }

    public LeaseKeeper Keeper { get; }

    public async ValueTask DisposeAsync()
    {
        await Keeper.DisposeAsync().ConfigureAwait(false);
        Endpoints.Dispose();
    }
}
