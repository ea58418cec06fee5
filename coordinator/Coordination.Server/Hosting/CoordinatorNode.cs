using System.Net;
using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// A running node: its data directory, its store, its ports and everything between them. The program <c>coordinator</c> is one of these;
/// tests and applications start as many as they like in their own process, each on ports and a folder of its own. Thread-safe.
/// </summary>
/// <remarks>Stopping takes the parts down from the outside in: nothing answers a client any more before what it stands on goes.</remarks>
public sealed partial class CoordinatorNode : IAsyncDisposable
{
    private readonly NodeFoundation _foundation;
    private readonly WebApplication _application;
    private readonly NodePorts _ports;
    private readonly AutoCompaction? _compaction;
    private readonly TemporaryFolder? _folder;
    private readonly ILogger _logger;
    private int _disposals;

    private CoordinatorNode(
        NodeFoundation foundation, WebApplication application, NodePorts ports, AutoCompaction? compaction, TemporaryFolder? folder,
        ILogger logger)
    {
        _foundation = foundation;
        _application = application;
        _ports = ports;
        _compaction = compaction;
        _folder = folder;
        _logger = logger;
        Failed = LogFailureAsync();
    }

    /// <summary>Where clients reach this node from this machine, one for each URL it listens on, with the ports it really has.</summary>
    public IReadOnlyList<Uri> ClientUrls => [.. _ports.Client.Select(NodePorts.UrlOf)];

    /// <summary>The first of <see cref="ClientUrls"/>.</summary>
    public Uri ClientUrl => ClientUrls[0];

    /// <summary>Where metrics and health are served besides the client ports.</summary>
    public IReadOnlyList<Uri> MetricsUrls => [.. _ports.Metrics.Select(NodePorts.UrlOf)];

    /// <summary>The id of the cluster, from the data directory.</summary>
    public ulong ClusterId => _foundation.Directory.Identity.ClusterId;

    /// <summary>The id of this member, from the data directory.</summary>
    public ulong MemberId => _foundation.Directory.Identity.MemberId;

    /// <summary>
    /// Completes, with the reason, when the node cannot go on: its disk failed, or a check found what must not be. Its owner disposes of it
    /// and does not start another one in the same process before somebody has looked.
    /// </summary>
    public Task<Exception> Failed { get; }

    /// <summary>What the node stands on.</summary>
    internal NodeFoundation Foundation => _foundation;

    /// <summary>What its services are made of.</summary>
    internal IServiceProvider Services => _application.Services;

    /// <summary>Starts a node. When the task completes it serves: a linearizable read has been answered.</summary>
    /// <param name="options">Its configuration.</param>
    /// <param name="cancellationToken">Gives up starting; nothing stays behind but the files.</param>
    /// <exception cref="NodeStartException">
    /// The node cannot start: the data directory is in use, damaged, of another version or not writable, or a port is taken.
    /// </exception>
    public static Task<CoordinatorNode> StartAsync(NodeOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(options, [], cancellationToken);

    /// <summary>
    /// Starts a node for a test or an application: on free ports of the loopback interface and, unless the options name a data directory,
    /// in a temporary folder that goes with the node. It logs to <paramref name="loggers"/>, or nowhere.
    /// </summary>
    /// <param name="configure">Changes the options of an embedded node.</param>
    /// <param name="loggers">Where to log; not disposed of.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="NodeStartException">The node cannot start.</exception>
    public static async Task<CoordinatorNode> StartEmbeddedAsync(
        Func<NodeOptions, NodeOptions>? configure = null, ILoggerFactory? loggers = null, CancellationToken cancellationToken = default)
    {
        var folder = TemporaryFolder.Create();
        try
        {
            NodeOptions options = EmbeddedOptions.In(folder.Path);
            var logging = NodeLogging.To(loggers);
            return await StartAsync(configure?.Invoke(options) ?? options, [], logging, folder, cancellationToken);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    internal static Task<CoordinatorNode> StartAsync(
        NodeOptions options, IReadOnlyList<string> notices, CancellationToken cancellationToken) =>
        StartAsync(options, notices, NodeLogging.Open(options), folder: null, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposals, 1) != 0)
        {
            return;
        }

        Log.Stopping(_logger);

        await _foundation.Store.HandOverLeadershipAsync();

        // Accepts nothing more, ends the streams, and waits a while for calls that are under way.
        await Task.WhenAll(_application.StopAsync(), _foundation.Silo.StopAsync());
        if (_compaction is not null)
        {
            await _compaction.DisposeAsync();
        }

        await _application.DisposeAsync();
        await _foundation.DisposeAsync();
        _folder?.Dispose();
    }

    private static async Task<CoordinatorNode> StartAsync(
        NodeOptions options, IReadOnlyList<string> notices, NodeLogging logging, TemporaryFolder? folder,
        CancellationToken cancellationToken)
    {
        ILogger logger = logging.Loggers.CreateLogger<CoordinatorNode>();
        foreach (string notice in notices)
        {
            Log.Notice(logger, notice);
        }

        var ports = new NodePorts(options);
        NodeFoundation foundation = await NodeFoundation.OpenAsync(options, ports, logging, cancellationToken);
        WebApplication? application = null;
        try
        {
            application = NodeApplication.Build(options, foundation, ports);
            await StartListeningAsync(application, cancellationToken);
            await foundation.Members.PublishAsync(
                options.Name, new AdvertisedUrls(options.AdvertiseClientUrls, ports.Client), cancellationToken);
            PartitionHost store = foundation.Store;
            var compaction = AutoCompaction.Start(
                options.AutoCompaction, () => [.. store.Partitions.Select(static replica => new CompactablePartition(replica))],
                TimeProvider.System, logging.Loggers.CreateLogger<AutoCompaction>());
            var node = new CoordinatorNode(foundation, application, ports, compaction, folder, logger);
            string urls = string.Join(',', node.ClientUrls.Select(url => url.GetLeftPart(UriPartial.Authority)));
            Log.Ready(logger, urls);
            foundation.Silo.Start();
            return node;
        }
        catch
        {
            // Not handled, only cleaned up after: the directory and the ports must be free again.
            if (application is not null)
            {
                await application.DisposeAsync();
            }

            await foundation.DisposeAsync();
            throw;
        }
    }

    private static async Task StartListeningAsync(WebApplication application, CancellationToken cancellationToken)
    {
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (IOException exception)
        {
            throw new NodeStartException(
                $"The node cannot listen: {exception.Message.TrimEnd('.')}. Stop what uses the port, or give another URL to listen on.",
                exception);
        }
    }

    private async Task<Exception> LogFailureAsync()
    {
        Exception failure = await _foundation.Store.Failed;
        Log.Failed(_logger, failure);
        return failure;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "ready to serve client requests on {Urls}")]
        public static partial void Ready(ILogger logger, string urls);

        [LoggerMessage(EventId = 5002, Level = LogLevel.Information, Message = "stopping: ending streams and waiting for calls under way")]
        public static partial void Stopping(ILogger logger);

        [LoggerMessage(EventId = 5003, Level = LogLevel.Critical, Message = "the node cannot go on")]
        public static partial void Failed(ILogger logger, Exception failure);

        [LoggerMessage(EventId = 5004, Level = LogLevel.Warning, Message = "{Notice}")]
        public static partial void Notice(ILogger logger, string notice);
    }
}
