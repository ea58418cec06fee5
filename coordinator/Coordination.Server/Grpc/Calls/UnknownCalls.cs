using Coordination.Protocol.Etcd;
using Coordination.Protocol.V1;
using Grpc.Core;
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
            Protocol.Etcd.Locks.Lock.Descriptor, Protocol.Etcd.Elections.Election.Descriptor, Partitions.Descriptor,
            Protocol.V1.Services.Descriptor, Queues.Descriptor, Protocol.V1.Configuration.Descriptor,
            Grpc.Health.V1.Health.Descriptor, Grpc.Reflection.V1Alpha.ServerReflection.Descriptor,
        }.Select(static service => service.FullName),
    ];

    /// <summary>Serves whatever looks like a call and is none that is served.</summary>
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.Map("/{service}/{method}", AnswerAsync)
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

    private static Task AnswerAsync(HttpContext context)
    {
        bool isCall = HttpMethods.IsPost(context.Request.Method)
            && context.Request.ContentType?.StartsWith(ContentType, StringComparison.Ordinal) == true;
        if (isCall)
        {
            UnaryCall.Refuse(context.Features, Describe(context.Request.Path.Value ?? string.Empty));
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }

        return Task.CompletedTask;
    }
}
