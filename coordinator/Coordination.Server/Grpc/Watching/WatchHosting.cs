using Coordination.Replication;

namespace Coordination.Server;

/// <summary>Registers the Watch service with a host.</summary>
internal static class WatchHosting
{
    /// <summary>Adds the service for the watches of a partition.</summary>
    public static IServiceCollection AddWatchService(this IServiceCollection services, TimeSpan electionTimeout)
    {
        services.AddSingleton(provider =>
        {
            var replica = provider.GetRequiredService<PartitionReplica>();
            return new LeaderMonitor(
                () => replica.GetStatus().Leader != 0, electionTimeout, provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<WatchService>();
        return services;
    }
}
