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

    private NodeFoundation(NodeLogging logging, ServiceProvider services, DataDirectory directory, PartitionHost store)
    {
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
        PartitionHost? store = null;
        try
        {
            CheckMembers(options);
            directory = DataDirectory.Open(options);
            store = await OpenStoreAsync(options, directory, logging.Loggers, services.GetRequiredService<NodeMetrics>());
            await AwaitReadAsync(store, cancellationToken);
            return new NodeFoundation(logging, services, directory, store);
        }
        catch
        {
            // Not handled, only cleaned up after.
            await CloseAsync(logging, services, directory, store);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync(_logging, _services, Directory, Store);

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

    private static void CheckMembers(NodeOptions options)
    {
        if (options.InitialCluster.Count != 1)
        {
            throw new NodeStartException(
                $"The cluster is to begin with {options.InitialCluster.Count} members, and this version runs clusters of one; name only "
                + "this member in --initial-cluster.");
        }
    }

    private static async Task<PartitionHost> OpenStoreAsync(
        NodeOptions options, DataDirectory directory, ILoggerFactory loggers, NodeMetrics metrics)
    {
        PartitionHostOptions settings = StoreSettings.Of(options, directory, metrics);
        try
        {
            return await PartitionHost.OpenAsync(settings, new WatchEventEncoder(), loggers, TimeProvider.System);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException(
                $"The data directory {directory.Path} cannot be opened: {exception.Message.TrimEnd('.')}.", exception);
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

        LinearizableRead read = await store.Default.ReadAsync();
        if (!read.IsConfirmed)
        {
            throw new NodeStartException($"The store does not answer reads: {read.End}.");
        }
    }

    private static async ValueTask CloseAsync(
        NodeLogging logging, ServiceProvider services, DataDirectory? directory, PartitionHost? store)
    {
        if (store is not null)
        {
            await store.DisposeAsync();
        }

        directory?.Dispose();
        await services.DisposeAsync();
        logging.Dispose();
    }
}
