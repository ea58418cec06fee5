namespace Coordination.Proxy.Tests;

/// <summary>The instances of one service that a test adds, drains and kills.</summary>
internal sealed class LoadInstances(CoordinationClient client) : IAsyncDisposable
{
    public const string Service = "loaded";

    private readonly Dictionary<string, (Backend Backend, ServiceRegistration Registration)> _instances = [];

    public async Task Add(string name)
    {
        var backend = await Backend.StartAsync(name);
        var registration = await new ServiceRegistry(client.Root).RegisterAsync(
            backend.Of(Service), new RegistrationOptions { TimeToLive = TimeSpan.FromSeconds(60) }, TestContext.Current.CancellationToken);
        _instances.Add(name, (backend, registration));
    }

    public Task Drain(string name) => _instances[name].Registration.UpdateAsync(
        instance => instance with { IsDraining = true }, TestContext.Current.CancellationToken);

    /// <summary>Ends in order: what is under way is finished.</summary>
    public ValueTask Stop(string name) => _instances[name].Backend.DisposeAsync();

    public Task Kill(string name) => _instances[name].Backend.KillAsync();

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_instances.Values.Select(async instance =>
        {
            await instance.Backend.DisposeAsync();
            await instance.Registration.DisposeAsync();
        }));
    }
}
