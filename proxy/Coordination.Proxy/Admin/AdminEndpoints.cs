using Coordination.Metrics;

namespace Coordination.Proxy;

/// <summary>What is served to people and tools beside the requests.</summary>
internal static class AdminEndpoints
{
    public static IEndpointConventionBuilder MapReport(IEndpointRouteBuilder endpoints, AdminView view) =>
        endpoints.MapGet("/admin", () => Results.Json(view.Report(), AdminJson.Default.AdminReport));

    /// <summary>The instruments of the proxy and of the process.</summary>
    public static IEndpointConventionBuilder MapMetrics(IEndpointRouteBuilder endpoints, PrometheusExporter exporter) =>
        endpoints.MapGet("/metrics", () => Results.Text(exporter.Export(), PrometheusText.ContentType));

    /// <summary>Whether to send requests to this proxy.</summary>
    public static IEndpointConventionBuilder MapReadiness(IEndpointRouteBuilder endpoints, AdminView view) =>
        endpoints.MapGet("/readyz", () => view.IsReady
            ? Results.Text("ok\n")
            : Results.Text("nothing is known of the registry yet\n", statusCode: StatusCodes.Status503ServiceUnavailable));
}
