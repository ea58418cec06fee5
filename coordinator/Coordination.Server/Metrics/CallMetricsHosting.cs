using Grpc.AspNetCore.Server;

namespace Coordination.Server;

/// <summary>Registers what measures a node's gRPC calls.</summary>
internal static class CallMetricsHosting
{
    public static IServiceCollection AddCallMetrics(this IServiceCollection services)
    {
        services.AddSingleton<CallMetrics>();
        services.AddSingleton<CallMetricsInterceptor>();
        services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<CallMetricsInterceptor>());
        return services;
    }
}
