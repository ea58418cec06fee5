using Grpc.AspNetCore.Server;

namespace Coordination.Server;

/// <summary>Registers what measures a node's calls and its process.</summary>
internal static class MetricsServices
{
    public static IServiceCollection AddNodeMetrics(this IServiceCollection services)
    {
        services.AddSingleton<CallMetrics>();
        services.AddSingleton<ProcessMetrics>();
        services.AddSingleton<CallMetricsInterceptor>();
        services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<CallMetricsInterceptor>());
        return services;
    }
}
