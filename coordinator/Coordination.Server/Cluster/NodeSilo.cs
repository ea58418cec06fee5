using System.Net;
using System.Net.Sockets;
using Coordination.Replication;
using Coordination.Silo;
using SiloUnavailableException = Coordination.Silo.SiloUnavailableException;

namespace Coordination.Server;

/// <summary>
/// The silo of this node: it begins when the node serves, ends before the store does, and nothing waits for it in between. A node that has
/// no other members, or no port for them, runs none. Started and stopped by the node; calls from any thread.
/// </summary>
internal sealed partial class NodeSilo(
    StoredIdentity identity, NodePorts ports, PartitionHost store, TimeSpan electionTimeout, ILoggerFactory loggers) : IAsyncDisposable
{
    /// <summary>A stop in good order needs a quorum, and there is none any more when all members stop at once.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ResolveRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CallTimeoutMin = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger = loggers.CreateLogger<NodeSilo>();
    private Task _starting = Task.CompletedTask;
    private SiloHost? _host;
    private bool _isDisposed;

    /// <summary>The replicas of this member.</summary>
    public IPartitionHosting Hosting { get; } = new PartitionHosting(store);

    /// <summary>What keeps the silo running; null while nothing does.</summary>
    public SiloHost? Host => Volatile.Read(ref _host);

    /// <summary>Begins to keep a silo running, if this node is to have one. The store answers reads by now.</summary>
    public void Start()
    {
        bool canBeCalled = ports.Peer.Count > 0 && identity.Members.Count > 1;
        if (canBeCalled)
        {
            _starting = Task.Run(StartAsync);
        }
    }

    /// <summary>Completes when replicas of other members can be called, or there never is to be a silo.</summary>
    /// <exception cref="OperationCanceledException">The caller does not wait any more, or the node stops.</exception>
    public async Task WaitUntilActiveAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        if (Host is { } host)
        {
            await host.WaitUntilActiveAsync(cancellationToken);
        }
    }

    /// <summary>The grain of another member's replica, for one call.</summary>
    /// <exception cref="SiloUnavailableException">The silo of this node does not run at the moment.</exception>
    public IPartitionReplicaGrain GetReplica(ReplicaAddress address) =>
        (Host ?? throw new SiloUnavailableException()).GetReplica(address);

    /// <summary>Leaves the other silos; within a few seconds, whatever they do.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _starting;
        if (Host is { } host)
        {
            await host.StopAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await StopAsync();
        if (Host is { } host)
        {
            await host.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private async Task StartAsync()
    {
        if (await FindEndPointAsync() is { } endPoint && !_stopping.IsCancellationRequested)
        {
            var surroundings = new SiloSurroundings(
                OptionsOf(endPoint), new ReplicatedClusterTable(store.Default.Metadata), Hosting, loggers, TimeProvider.System);
            Volatile.Write(ref _host, SiloHost.Start(surroundings));
        }
    }

    /// <returns>Null when the node stops.</returns>
    private async Task<IPEndPoint?> FindEndPointAsync()
    {
        var url = new Uri(identity.Self.PeerUrls[0]);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                return await SiloEndPoint.ResolveAsync(url, _stopping.Token);
            }
            catch (SocketException exception)
            {
                LogUnresolved(url, ResolveRetry, exception.Message);
                await Task.Delay(ResolveRetry, TimeProvider.System, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return null;
    }

    private SiloHostOptions OptionsOf(IPEndPoint endPoint)
    {
        // Leadership may take two election timeouts to move, and who asked for it wants to hear of it.
        TimeSpan move = (2 * electionTimeout) + TimeSpan.FromSeconds(2);
        return new SiloHostOptions
        {
            ClusterId = identity.ClusterId,
            MemberId = identity.MemberId,
            AdvertisedEndPoint = endPoint,
            Connections = ports.SiloConnections,
            CallTimeout = move > CallTimeoutMin ? move : CallTimeoutMin,
            StopTimeout = StopTimeout,
            KillTimeout = KillTimeout,
        };
    }

    [LoggerMessage(
        EventId = 5012, Level = LogLevel.Warning,
        Message = "the silo cannot start: the address of {Url} is not known ({Reason}); trying again in {Delay}")]
    private partial void LogUnresolved(Uri url, TimeSpan delay, string reason);
}
