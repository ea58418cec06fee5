using Coordination.Proxy;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts the discovery proxy into an ASP.NET Core application.</summary>
public static class CoordinationProxyExtensions
{
    private static readonly TimeSpan ConnectMax = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Adds a reverse proxy whose routes and destinations come from a service registry, live. Requests reach it where
    /// <see cref="MapCoordinationProxy"/> says. The host does not start with options that make no sense.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Fills the options.</param>
    /// <returns>YARP's builder, for transforms and policies of the application's own.</returns>
    /// <example><code>
    /// builder.Services.AddCoordinationProxy(options => options.Coordinators.Add(new Uri("http://127.0.0.1:2379")));
    /// app.MapCoordinationProxy();
    /// </code></example>
    public static IReverseProxyBuilder AddCoordinationProxy(
        this IServiceCollection services, Action<CoordinationProxyOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<CoordinationProxyOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CoordinationProxyOptions>, ProxyOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<StoreClient>();
        services.AddSingleton<RegistryView>();
        services.AddSingleton<RegistryFollower>();
        services.AddSingleton<ProxyPlanner>();
        services.AddSingleton<PlanCheck>();
        services.AddSingleton<StateKeeper>();
        services.AddSingleton<PlanApplier>();
        services.AddSingleton<ProxyConfigSource>();
        services.AddSingleton<IProxyConfigProvider>(provider => provider.GetRequiredService<ProxyConfigSource>());
        services.AddSingleton<AppliedConfig>();
        services.AddSingleton<IConfigChangeListener>(provider => provider.GetRequiredService<AppliedConfig>());
        services.AddSingleton<SlowStart>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TrafficSplit>(provider, Random.Shared));
        services.AddSingleton<ILoadBalancingPolicy>(
            provider => ActivatorUtilities.CreateInstance<ServiceBalancer>(provider, Random.Shared));
        services.AddSingleton<IAvailableDestinationsPolicy, UsableDestinations>();
        services.AddSingleton<IPassiveHealthCheckPolicy, OutlierEjection>();
        services.AddSingleton<RetryMiddleware>();
        services.AddSingleton<ProxyMetrics>();
        services.AddSingleton<RequestObserver>();
        services.AddSingleton<AdminView>();
        services.AddHostedService<DiscoveryService>();
        return services.AddReverseProxy().ConfigureHttpClient((_, handler) => handler.ConnectTimeout = ConnectMax);
    }

    /// <summary>Takes the requests that fit a route of the registry.</summary>
    /// <param name="endpoints">The application's endpoints.</param>
    /// <returns>What more can be said about all routes, such as that they need authorization.</returns>
    public static IEndpointConventionBuilder MapCoordinationProxy(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapReverseProxy(ProxyPipeline.Build);
    }

    /// <summary>
    /// Serves a report at <c>/admin</c>, as JSON: what is routed, which instances are used, why others are not, and which declarations
    /// are not followed. Not for everybody: say who may see it.
    /// </summary>
    /// <param name="endpoints">The application's endpoints.</param>
    /// <returns>What more can be said about the endpoint.</returns>
    public static IEndpointConventionBuilder MapCoordinationProxyAdmin(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return AdminEndpoints.MapReport(endpoints, endpoints.ServiceProvider.GetRequiredService<AdminView>());
    }
}
