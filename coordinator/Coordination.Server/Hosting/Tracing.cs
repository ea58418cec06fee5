using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Coordination.Server;

/// <summary>Sends traces to an OpenTelemetry collector.</summary>
internal static class Tracing
{
    private const double Million = 1_000_000;

    /// <summary>
    /// Traces every gRPC call whose caller asked for it, and of the others as many as the options say, as etcd does.
    /// </summary>
    public static void AddTracing(this IServiceCollection services, TracingOptions options, ulong memberId)
    {
        string instance = options.InstanceId.Length > 0 ? options.InstanceId : $"{memberId:x}";
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(options.ServiceName, serviceInstanceId: instance))
            .WithTracing(tracing => tracing
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.SamplingRatePerMillion / Million)))
                .AddAspNetCoreInstrumentation(web => web.Filter = static context => context.Request.ContentType is "application/grpc")
                .AddOtlpExporter(exporter =>
                {
                    exporter.Endpoint = new Uri($"http://{options.Address}");
                    exporter.Protocol = OtlpExportProtocol.Grpc;
                }));
    }
}
