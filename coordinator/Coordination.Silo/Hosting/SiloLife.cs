using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;

namespace Coordination.Silo;

/// <summary>
/// One silo from its construction to its end, with a host of its own inside the process. Owned and called by the loop of
/// <see cref="SiloHost"/>; grains are called by anyone.
/// </summary>
internal sealed class SiloLife : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly FatalErrorSignal _fatal;
    private readonly SeverableTable _table;
    private readonly TimeSpan _stopTimeout;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _givenUp = new();
    private Task _started = Task.CompletedTask;

    private SiloLife(IHost host, FatalErrorSignal fatal, SeverableTable table, SiloAddress address, SiloSurroundings node)
    {
        _host = host;
        _fatal = fatal;
        _table = table;
        _stopTimeout = node.Options.StopTimeout;
        _time = node.Time;
        Address = address;
        Grains = host.Services.GetRequiredService<IGrainFactory>();
    }

    /// <summary>The address with the generation, which no other silo had or will have.</summary>
    public SiloAddress Address { get; }

    /// <summary>The way to grains of all silos.</summary>
    public IGrainFactory Grains { get; }

    /// <summary>Completes when the silo cannot go on.</summary>
    public Task Fatal => _fatal.Raised;

    /// <summary>Builds a silo that does nothing yet.</summary>
    /// <param name="node">What the silo needs of the node.</param>
    /// <param name="generation">The silo's generation.</param>
    /// <param name="nodeIsStopping">Cancelled before the silo is stopped because the node stops: nobody listens to it from then on.</param>
    public static SiloLife Build(SiloSurroundings node, int generation, CancellationToken nodeIsStopping)
    {
        var details = new SiloDetails(node.Options, generation);
        var fatal = new FatalErrorSignal(node.Logger);
        var table = new SeverableTable(node.Table, node.Time);

        // Empty: neither environment variables nor files of the machine configure the silo behind the node's back.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(new NodeLogs(node.Logs, nodeIsStopping));
        Quieten(builder.Logging);
        builder.Services.AddSingleton<IHostLifetime, InertLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.UseOrleans(silo =>
        {
            Configure(silo, node.Options, details);
            silo.Services.AddSingleton(node.Hosting);
            silo.Services.AddSingleton<ILocalSiloDetails>(details);
            silo.Services.AddSingleton<SiloLifecycleSubject, SiloLifecycle>();
            silo.Services.AddSingleton<IFatalErrorHandler>(fatal);
            silo.Services.AddSingleton<IMembershipTable>(new MembershipTable(table, details.ClusterId));
            silo.Services.AddPlacementDirector<PinnedPlacement, PinnedPlacementDirector>();
            silo.AddGrainDirectory(MemberGrainDirectory.Name, (_, _) => new MemberGrainDirectory());
            if (node.Options.Connections is { } connections)
            {
                ListenThrough(silo.Services, connections);
            }

            node.Options.Extend?.Invoke(silo);
        });
        return new SiloLife(builder.Build(), fatal, table, details.SiloAddress, node);
    }

    /// <summary>Joins the cluster. Completes when grains of other silos can be called. Called once.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _givenUp.Token);
        _started = _host.StartAsync(either.Token);
        await _started;
    }

    /// <summary>
    /// Leaves the cluster in good order: others are told, calls under way end. After <see cref="SiloHostOptions.StopTimeout"/> it goes
    /// on as <see cref="KillAsync"/>.
    /// </summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(_stopTimeout, _time);
        await using CancellationTokenRegistration end = patience.Token.Register(_table.Sever);
        await _host.StopAsync(patience.Token);
    }

    /// <summary>Ends without telling anyone, whether the silo is active or not; a start that is under way is given up.</summary>
    public async Task KillAsync()
    {
        await _givenUp.CancelAsync();
        _table.Sever();
        await _started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_started.IsCompletedSuccessfully)
        {
            await ((SiloLifecycle)_host.Services.GetRequiredService<SiloLifecycleSubject>()).AllowStopAsync();
        }

        await _host.StopAsync(new CancellationToken(canceled: true));
    }

    /// <inheritdoc/>
    /// <remarks>Only when the silo has ended: what of it still runs does not bear that its services are gone.</remarks>
    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            _host.Dispose();
        }

        _givenUp.Dispose();
        _table.Dispose();
    }

    /// <summary>Of what silos say, the node's log gets what somebody should look at.</summary>
    private static void Quieten(ILoggingBuilder logs) => logs
        .AddFilter("Orleans", LogLevel.Warning)
        .AddFilter("Polly", LogLevel.Warning)

        // Warns at every start that the garbage collector is not the one for servers, which is meant, and at every end that was asked for.
        .AddFilter("Orleans.Runtime.Silo", LogLevel.Error)

        // Calls an error each call to a silo that is not there, of which the caller is told.
        .AddFilter("Orleans.Messaging", LogLevel.Critical)

        // Warn of each probe and each connection that fails, for as long as a member is away; the node says once that it is.
        .AddFilter("Orleans.Runtime.MembershipService.SiloHealthMonitor", LogLevel.Error)
        .AddFilter("Orleans.Runtime.Messaging.Connection", LogLevel.Error)

        // Warns at its first look, since it takes the time since the machine started for the time since its last look.
        .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);

    private static void Configure(ISiloBuilder silo, SiloHostOptions options, SiloDetails details)
    {
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (details.ClusterId, details.ClusterId));
        silo.Configure<SiloOptions>(self => self.SiloName = details.Name);
        silo.Configure<EndpointOptions>(endpoint =>
        {
            endpoint.AdvertisedIPAddress = options.AdvertisedEndPoint.Address;
            endpoint.SiloPort = options.AdvertisedEndPoint.Port;
            endpoint.GatewayPort = 0;
            endpoint.SiloListeningEndpoint = options.AdvertisedEndPoint;
        });
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.ResponseTimeout = options.CallTimeout;
            messaging.SystemResponseTimeout = options.CallTimeout;
        });
        silo.Configure<ConnectionOptions>(connection => connection.OpenConnectionTimeout = options.ConnectTimeout);
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = options.ProbePeriod;
            membership.MaxJoinAttemptTime = options.StartTimeout;
            membership.IAmAliveTablePublishTimeout = options.SignOfLifePeriod;
            membership.TableRefreshTimeout = options.TableRefreshPeriod;
        });

        // By default there is room for a million addresses, reserved at the start: some 20 MiB.
        silo.Configure<GrainDirectoryOptions>(directory => directory.CacheSize = options.CachedAddressesMax);

        // Loads are published for placements that look at them; replicas are where they are.
        silo.Configure<DeploymentLoadPublisherOptions>(load => load.DeploymentLoadPublisherRefreshTime = TimeSpan.FromMinutes(1));
    }

    /// <summary>
    /// Orleans asks for its listener under a key that is nobody else's to know, so every listener that it would open is replaced: with
    /// the gateway off, it opens one.
    /// </summary>
    private static void ListenThrough(IServiceCollection services, SiloConnections connections)
    {
        for (int i = 0; i < services.Count; i++)
        {
            if (services[i] is { IsKeyedService: true } service && service.ServiceType == typeof(IConnectionListenerFactory))
            {
                services[i] = ServiceDescriptor.KeyedSingleton<IConnectionListenerFactory>(service.ServiceKey, connections);
            }
        }
    }
}
