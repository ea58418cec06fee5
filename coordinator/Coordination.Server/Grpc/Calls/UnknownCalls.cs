using Coordination.Protocol.Etcd;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Metadata;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Coordination.Server;

/// <summary>Answers calls of methods that nobody serves, with the texts that clients know from Go's servers.</summary>
internal static class UnknownCalls
{
    private const string ContentType = "application/grpc";

    /// <summary>Also those of which nothing is served yet: they are known, and their methods are not.</summary>
    private static readonly HashSet<string> Services =
    [
        .. new ServiceDescriptor[]
        {
            KV.Descriptor, Watch.Descriptor, Lease.Descriptor, Protocol.Etcd.Cluster.Descriptor, Maintenance.Descriptor, Auth.Descriptor,
            Grpc.Health.V1.Health.Descriptor, Grpc.Reflection.V1Alpha.ServerReflection.Descriptor,
        }.Select(static service => service.FullName),
    ];

    /// <summary>Serves whatever looks like a call and is none that is served.</summary>
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/{service}/{method}", RefuseAsync)
            .WithMetadata(new AcceptsMetadata([ContentType, ContentType + "+proto"]))
            .WithDisplayName("Unknown calls")
            .WithOrder(int.MaxValue - 1);

    /// <summary>The refusal of a call by its path.</summary>
    public static Status Describe(string path)
    {
        int end = path.LastIndexOf('/');
        string service = end > 0 ? path[1..end] : string.Empty;
        return new Status(
            StatusCode.Unimplemented,
            Services.Contains(service) ? $"unknown method {path[(end + 1)..]} for service {service}" : $"unknown service {service}");
    }

    private static Task RefuseAsync(HttpContext context)
    {
        var status = Describe(context.Request.Path.Value ?? string.Empty);
        var response = context.Response;
        response.ContentType = ContentType;
        response.Headers.Append("grpc-status", ((int)status.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));

        // Names come from the client: percent-encoding, which the protocol has for it, keeps them what they are.
        response.Headers.Append("grpc-message", Uri.EscapeDataString(status.Detail).Replace("%20", " ", StringComparison.Ordinal));
        return Task.CompletedTask;
    }
}
