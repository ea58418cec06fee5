using System.Diagnostics.Metrics;
using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// What a node stands on, whoever talks to it: loggers, meters, the locked data directory, the open store, and the silo, which the node
/// starts when all else runs. The first to be opened and the last to be closed.
/// </summary>
internal sealed partial class NodeFoundation : IAsyncDisposable
{
    private readonly NodeLogging _logging;
    private readonly ServiceProvider _services;
    private readonly ClusterNetwork _network;

    private NodeFoundation(
        NodeLogging logging, ServiceProvider services, DataDirectory directory, ClusterMembers members, ClusterNetwork network,
        PartitionHost store, NodeSilo silo)
    {
        _logging = logging;
        _services = services;
        Directory = directory;
        Members = members;
        _network = network;
        Store = store;
        Partitions = new PartitionMaps(store.Default.Metadata, [.. directory.Identity.Members.Select(static member => member.Id)]);
        Silo = silo;
    }

    public ILoggerFactory Loggers => _logging.Loggers;

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public NodeMetrics Metrics => _services.GetRequiredService<NodeMetrics>();

    public PrometheusExporter Exporter => _services.GetRequiredService<PrometheusExporter>();

    public DataDirectory Directory { get; }

    public ClusterMembers Members { get; }

    public PartitionHost Store { get; }

    /// <summary>Joins the store's replicas to the other members.</summary>
    public PeerReplicas Replicas => _network.Replicas;

    /// <summary>Watches between members.</summary>
    public PeerWatches Watches => _network.Watches;

    /// <summary>Which partition has which keys.</summary>
    public PartitionMaps Partitions { get; }

    public NodeSilo Silo { get; }

    /// <summary>
    /// Opens everything, the ports for other members too, and waits until a linearizable read works: until a majority of the members is
    /// there. Takes over <paramref name="logging"/> in any case.
    /// </summary>
    /// <exception cref="NodeStartException">Something cannot be opened; says what.</exception>
    public static async Task<NodeFoundation> OpenAsync(
        NodeOptions options, NodePorts ports, NodeLogging logging, CancellationToken cancellationToken)
    {
        ServiceProvider services = BuildServices();
        DataDirectory? directory = null;
        ClusterNetwork? network = null;
        PartitionHost? store = null;
        try
        {
            directory = DataDirectory.Open(options);
            StoredIdentity identity = directory.Identity;
            var members = new ClusterMembers(
                identity, directory.IsNew, TimeProvider.System, logging.Loggers.CreateLogger<ClusterMembers>());
            network = await ClusterNetwork.StartAsync(ports, identity, members, logging.Loggers);
            if (directory.IsNew && identity.Members.Count > 1)
            {
                var check = new BootstrapCheck(identity, TimeProvider.System, logging.Loggers.CreateLogger<BootstrapCheck>());
                await check.RunAsync(cancellationToken);
            }

            PartitionHostOptions settings = StoreSettings.Of(options, directory, services.GetRequiredService<NodeMetrics>()) with
            {
                Members = [.. identity.Members.Select(static member => member.Id)],
                Network = network.Replicas,
            };
            store = await OpenStoreAsync(settings, logging.Loggers);
            network.Attach(store);
            members.Attach(store.Default.Metadata);
            await AwaitReadAsync(store, identity.Members.Count, logging.Loggers, cancellationToken);
            var silo = new NodeSilo(identity, ports, store, options.ElectionTimeout, logging.Loggers);
            return new NodeFoundation(logging, services, directory, members, network, store, silo);
        }
        catch
        {
            // Not handled, only cleaned up after.
            await CloseAsync(logging, services, directory, network, store);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await CloseAsync(_logging, _services, Directory, _network, Store);
    }

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

    private static async Task AwaitReadAsync(
        PartitionHost store, int members, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        // A cluster that has no leader yet, or has just lost it, answers later.
        while (true)
        {
            Task<LinearizableRead> reading = store.Default.ReadAsync().AsTask();
            if (await Task.WhenAny(reading, store.Failed).WaitAsync(cancellationToken) == store.Failed)
            {
                Exception failure = await store.Failed;
                throw new NodeStartException($"The store failed while it started: {failure.Message.TrimEnd('.')}.", failure);
            }

            LinearizableRead read = await reading;
            if (read.IsConfirmed)
            {
                return;
            }

            LogWaiting(loggers.CreateLogger<NodeFoundation>(), members, (members / 2) + 1);
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

    [LoggerMessage(
        EventId = 5010, Level = LogLevel.Warning,
        Message = "still waiting for a leader: of the {Members} members of the cluster, {Quorum} have to run and reach each other")]
    private static partial void LogWaiting(ILogger logger, int members, int quorum);
}
