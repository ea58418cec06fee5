using Coordination.Protocol.Etcd;
using Coordination.Protocol.V1;
using Coordination.Replication;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Grpc.Reflection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Coordination.Server;

/// <summary>Registers etcd's API with a host, and beside it what this server has and etcd has not.</summary>
internal static class EtcdServices
{
    /// <summary>
    /// Adds the services. They need a <see cref="PartitionHost"/>, its <see cref="PartitionReplica"/> of the default partition,
    /// <see cref="PeerReplicas"/>, <see cref="PeerWatches"/>, <see cref="PartitionMaps"/>, <see cref="ClusterMembers"/>,
    /// <see cref="IMemberReplicas"/> and a <see cref="NodeIdentity"/>, which whoever opens the data directory registers.
    /// </summary>
    public static IServiceCollection AddEtcdServices(this IServiceCollection services, EtcdServiceOptions options)
    {
        services.AddGrpc();
        services.Configure<GrpcServiceOptions>(static grpc => grpc.IgnoreUnknownServices = true);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<EtcdPartition>();
        services.AddSingleton(static provider => new SpaceQuota(
            provider.GetRequiredService<EtcdServiceOptions>().QuotaBytes,
            () => provider.GetRequiredService<PartitionReplica>().SizeBytes,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SpaceGuard>();
        services.AddPartitions();
        services.AddSingleton<CallMetrics>();
        services.AddSingleton(static provider =>
        {
            var replica = provider.GetRequiredService<PartitionReplica>();
            return new LeaderMonitor(
                () => replica.GetStatus().Leader != 0, provider.GetRequiredService<EtcdServiceOptions>().ElectionTimeout,
                provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<CallBoundary>();
        services.AddSingleton<UnaryCatalog>();
        services.AddSingleton<LocalMethods>();
        services.AddSingleton<HttpRoutes>();
        services.AddSingleton<LocalCalls>();
        services.AddSingleton(static provider => provider.GetRequiredService<LocalCalls>().CreateClient());
        services.AddSingleton<CallSetup>();
        services.AddUnaryServer();
        services.AddSingleton<HealthService>();
        services.AddSingleton<AlarmService>();
        services.AddSingleton<BackupService>();
        services.AddSingleton<WatchService>();
        services.AddService<KeyValueService, KeyValueMethods>();
        services.AddService<LeaseService, LeaseMethods>();
        services.AddService<ClusterService, ClusterMethods>();
        services.AddService<MaintenanceService, MaintenanceMethods>();
        services.AddService<LockService, LockMethods>();
        services.AddService<ElectionService, ElectionMethods>();
        services.AddService<PartitionsService, PartitionsMethods>();
        services.AddService<RegistryService, RegistryMethods>();
        services.AddService<QueueService, QueueMethods>();
        services.AddService<DocumentService, DocumentMethods>();
        services.AddSingleton(static _ => new ReflectionServiceImpl(
            KV.Descriptor, Watch.Descriptor, Lease.Descriptor, Protocol.Etcd.Cluster.Descriptor, Maintenance.Descriptor,
            Protocol.Etcd.Locks.Lock.Descriptor, Protocol.Etcd.Elections.Election.Descriptor, Partitions.Descriptor,
            Services.Descriptor, Queues.Descriptor, Protocol.V1.Configuration.Descriptor,
            Grpc.Health.V1.Health.Descriptor));
        return services;
    }

    /// <summary>Serves them, and refuses every other call by its name.</summary>
    public static void MapEtcdServices(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<KeyValueService>();
        endpoints.MapGrpcService<WatchService>();
        endpoints.MapGrpcService<LeaseService>();
        endpoints.MapGrpcService<ClusterService>();
        endpoints.MapGrpcService<MaintenanceService>();
        endpoints.MapGrpcService<LockService>();
        endpoints.MapGrpcService<ElectionService>();
        endpoints.MapGrpcService<PartitionsService>();
        endpoints.MapGrpcService<RegistryService>();
        endpoints.MapGrpcService<QueueService>();
        endpoints.MapGrpcService<DocumentService>();
        endpoints.MapGrpcService<HealthService>();
        endpoints.MapGrpcService<ReflectionServiceImpl>();
        UnknownCalls.Map(endpoints);

        // Known since the services were mapped, which bound their methods.
        endpoints.ServiceProvider.GetRequiredService<HttpRoutes>().Map(endpoints);
    }

    /// <summary>Puts the short way in front of the server that is registered.</summary>
    private static void AddUnaryServer(this IServiceCollection services)
    {
        var behind = services.Last(static service => service.ServiceType == typeof(IServer));
        services.Remove(behind);
        services.AddSingleton<IServer>(provider => new UnaryServer(
            (IServer)ActivatorUtilities.CreateInstance(provider, behind.ImplementationType ?? throw new InvalidOperationException(
                "The services of etcd's API are added after the server that they stand in front of.")),
            provider.GetRequiredService<UnaryCatalog>()));
    }

    /// <summary>The way to the partitions, for this member's clients and for other members.</summary>
    private static void AddPartitions(this IServiceCollection services)
    {
        services.AddSingleton<PartitionStores>();
        services.AddSingleton<SharedLeases>();
        services.AddSingleton<PartitionRouter>();
        services.AddSingleton<PartitionCalls>();
        services.AddSingleton<LeaseRevocations>();
        services.AddSingleton<WatchFeeds>();
        services.AddSingleton(static provider => new PartitionRegistry(
            provider.GetRequiredService<PartitionReplica>().Metadata, provider.GetRequiredService<PartitionMaps>()));
        services.AddSingleton<PartitionChanges>();
        services.AddSingleton<PartitionPictures>();
        services.AddSingleton<LeaderMoves>();
        services.AddSingleton<PartitionCreation>();
        services.AddSingleton<PartitionRemoval>();
        services.AddSingleton<GroupChange>();
        services.AddSingleton<PartitionKeeper>();
        services.AddSingleton<PartitionMover>();
        services.AddSingleton<LeaderBalance>();
        services.AddSingleton<PartitionDirector>();
    }

    /// <summary>Begins what keeps partitions as the map wants them; it ends with the host.</summary>
    public static void StartPartitions(this IServiceProvider provider)
    {
        provider.GetRequiredService<LeaseRevocations>();
        provider.GetRequiredService<PartitionKeeper>();
        provider.GetRequiredService<PartitionMover>();
        provider.GetRequiredService<LeaderBalance>();
        provider.GetRequiredService<PartitionDirector>();
    }

    private static void AddService<TService, TMethods>(this IServiceCollection services)
        where TService : class
        where TMethods : class, IServiceMethodProvider<TService>
    {
        services.AddSingleton<TService>();
        services.AddSingleton<IServiceMethodProvider<TService>, TMethods>();
    }
}
