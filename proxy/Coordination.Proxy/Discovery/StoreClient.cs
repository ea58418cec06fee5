using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace Coordination.Proxy;

/// <summary>The proxy's own client of the store: an application may have another one, of another cluster.</summary>
internal sealed class StoreClient(
    IOptions<CoordinationProxyOptions> options, ILoggerFactory loggers, IMeterFactory meters) : IAsyncDisposable
{
    private readonly CoordinationClient _client = new(OptionsOf(options.Value, loggers, meters));

    /// <summary>What of the store the proxy sees.</summary>
    public CoordinationNamespace Root => _client.Root;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _client.DisposeAsync();

    public static CoordinationClientOptions OptionsOf(CoordinationProxyOptions options, ILoggerFactory? loggers, IMeterFactory? meters)
    {
        var client = new CoordinationClientOptions
        {
            Namespace = options.Namespace,
            UserName = options.UserName,
            Password = options.Password,
            LoggerFactory = loggers,
            MeterFactory = meters,
        };
        foreach (var coordinator in options.Coordinators)
        {
            client.Endpoints.Add(coordinator);
        }

        options.ConfigureClient?.Invoke(client);
        return client;
    }
}
