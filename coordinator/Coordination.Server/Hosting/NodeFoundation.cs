using System.Diagnostics.Metrics;
using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// What a node stands on, whoever talks to it: loggers, meters, the locked data directory, and the open store. The first to be opened and
/// the last to be closed.
/// </summary>
internal sealed class NodeFoundation : IAsyncDisposable
{
    private readonly NodeLogging _logging;
    private readonly ServiceProvider _services;

    private readonly ClusterNetwork? _network;

    private NodeFoundation(
        NodeLogging logging, ServiceProvider services, DataDirectory directory, ClusterNetwork? network, PartitionHost store)
    {
        _network = network;
        _logging = logging;
        _services = services;
        Directory = directory;
        Store = store;
    }

    public ILoggerFactory Loggers => _logging.Loggers;

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public NodeMetrics Metrics => _services.GetRequiredService<NodeMetrics>();

    public PrometheusExporter Exporter => _services.GetRequiredService<PrometheusExporter>();

    public DataDirectory Directory { get; }

    public PartitionHost Store { get; }

    /// <summary>
    /// Opens everything and waits until a linearizable read works. Takes over <paramref name="logging"/> in any case.
    /// </summary>
    /// <exception cref="NodeStartException">Something cannot be opened; says what.</exception>
    public static async Task<NodeFoundation> OpenAsync(NodeOptions options, NodeLogging logging, CancellationToken cancellationToken)
    {
        ServiceProvider services = BuildServices();
        DataDirectory? directory = null;
        ClusterNetwork? network = null;
        PartitionHost? store = null;
        try
        {
            var cluster = InitialCluster.Of(options);
            directory = DataDirectory.Open(options);
            if (cluster.Members.Count > 1)
            {
                network = await ClusterNetwork.StartAsync(options, cluster, directory.Identity, logging.Loggers);
            }

            PartitionHostOptions settings = StoreSettings.Of(options, directory, services.GetRequiredService<NodeMetrics>()) with
            {
                Members = [.. cluster.Members.Select(static member => member.Id)],
                Network = network?.Replicas,
            };
            store = await OpenStoreAsync(settings, logging.Loggers);
            network?.Replicas.Attach(store);
            await AwaitReadAsync(store, cancellationToken);
            return new NodeFoundation(logging, services, directory, network, store);
        }
        catch
        {
            // Not handled, only cleaned up after.
            await CloseAsync(logging, services, directory, network, store);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync(_logging, _services, Directory, _network, Store);

    private static ServiceProvider BuildServices()
    {
        ServiceProvider services = new ServiceCollection()
            .AddMetrics()
            .AddSingleton<NodeMetrics>()
            .AddSingleton<ProcessMetrics>()
            .AddSingleton<PrometheusExporter>()
            .BuildServiceProvider();

        // Before there is anything to measure, so that nothing is missed.
        services.GetRequiredService<PrometheusExporter>();
        services.GetRequiredService<ProcessMetrics>();
        return services;
    }

    private static async Task<PartitionHost> OpenStoreAsync(PartitionHostOptions settings, ILoggerFactory loggers)
    {
        try
        {
            return await PartitionHost.OpenAsync(settings, new WatchEventEncoder(), loggers, TimeProvider.System);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException(
                $"The data directory {settings.DataDirectory} cannot be opened: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    private static async Task AwaitReadAsync(PartitionHost store, CancellationToken cancellationToken)
    {
        Task first = await Task.WhenAny(store.Default.Started, store.Failed).WaitAsync(cancellationToken);
        if (first == store.Failed)
        {
            Exception failure = await store.Failed;
            throw new NodeStartException($"The store failed while it started: {failure.Message.TrimEnd('.')}.", failure);
        }

        // A cluster that has no leader yet, or has just lost it, answers later.
        while (await store.Default.ReadAsync() is { IsConfirmed: false } read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (read.End == ReadEnd.Stopped)
            {
                throw new NodeStartException($"The store does not answer reads: {read.End}.");
            }
        }
    }

    private static async ValueTask CloseAsync(
        NodeLogging logging, ServiceProvider services, DataDirectory? directory, ClusterNetwork? network, PartitionHost? store)
    {
        if (store is not null)
        {
            await store.DisposeAsync();
        }

        if (network is not null)
        {
            await network.DisposeAsync();
        }

        directory?.Dispose();
        await services.DisposeAsync();
        logging.Dispose();
    }
}
