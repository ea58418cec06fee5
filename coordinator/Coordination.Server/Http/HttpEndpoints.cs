namespace Coordination.Server;

/// <summary>What a node answers to plain HTTP besides gRPC: on the client ports and on those for metrics alike.</summary>
internal static class HttpEndpoints
{
    private const string VersionBody =
        $$"""{"etcdserver":"{{EtcdVersion.Server}}","etcdcluster":"{{EtcdVersion.Cluster}}","storage":"{{EtcdVersion.Storage}}"}""";

    /// <summary>Registers what the endpoints need.</summary>
    public static IServiceCollection AddHttpEndpoints(this IServiceCollection services)
    {
        services.AddSingleton<HealthMetrics>();
        services.AddSingleton<NodeHealth>();
        services.AddSingleton<HealthEndpoint>();
        return services;
    }

    /// <summary>Maps the endpoints. Other methods than GET are refused with 405 by the routing.</summary>
    public static void MapHttpEndpoints(this IEndpointRouteBuilder endpoints)
    {
        IServiceProvider services = endpoints.ServiceProvider;
        var health = services.GetRequiredService<NodeHealth>();
        var metrics = services.GetRequiredService<HealthMetrics>();
        endpoints.MapGet("/version", AnswerVersionAsync);
        endpoints.MapGet(HealthEndpoint.Path, services.GetRequiredService<HealthEndpoint>().AnswerAsync);
        ProbeEndpoint.Live(health, metrics).Map(endpoints);
        ProbeEndpoint.Ready(health, metrics).Map(endpoints);
        var exporter = services.GetRequiredService<PrometheusExporter>();
        endpoints.MapGet("/metrics", context => AnswerMetricsAsync(context, exporter));
    }

    /// <summary>Answers <c>/version</c>.</summary>
    public static Task AnswerVersionAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(VersionBody, context.RequestAborted);
    }

    private static Task AnswerMetricsAsync(HttpContext context, PrometheusExporter exporter)
    {
        context.Response.ContentType = PrometheusText.ContentType;
        return context.Response.WriteAsync(exporter.Export(), context.RequestAborted);
    }
}
