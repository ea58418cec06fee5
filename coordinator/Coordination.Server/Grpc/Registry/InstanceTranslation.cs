using Coordination.Protocol.V1;
using Coordination.Recipes;

namespace Coordination.Server;

/// <summary>Instances of services as the protocol has them, and as the recipe does.</summary>
internal static class InstanceTranslation
{
    private const string Passing = "passing";
    private const string Warning = "warning";
    private const string Critical = "critical";

    /// <summary>The instance that a request is to register.</summary>
    /// <exception cref="Grpc.Core.RpcException">A field makes no sense.</exception>
    public static ServiceInstance Read(RegisterRequest request) => new()
    {
        Service = RequestField.Name(request.Name, "name"),
        Id = RequestField.Name(request.Id, "id"),
        Address = request.Address.Length > 0 ? request.Address : throw RequestField.Refuse("address", "is missing"),
        Port = RequestField.Number(request.Port, "port", ushort.MaxValue),
        Tags = [.. request.Tags],
        Metadata = new Dictionary<string, string>(request.Metadata),
        Zone = NullIfEmpty(request.Zone),
        Weight = request.HasWeight ? RequestField.Number(request.Weight, "weight", int.MaxValue) : 100,
        Version = NullIfEmpty(request.Version),
        Status = FindStatus(request.Status) ?? HealthStatus.Passing,
        Note = NullIfEmpty(request.Note),
    };

    /// <summary>What a word says about an instance; null when there is none.</summary>
    /// <exception cref="Grpc.Core.RpcException">It is none of the words.</exception>
    public static HealthStatus? FindStatus(string word) => word switch
    {
        "" => null,
        Passing => HealthStatus.Passing,
        Warning => HealthStatus.Warning,
        Critical => HealthStatus.Critical,
        _ => throw RequestField.Refuse("status", $"'{word}' is none of {Passing}, {Warning}, {Critical}"),
    };

    /// <summary>Which instances a request asks for.</summary>
    /// <exception cref="Grpc.Core.RpcException">It asks for what does not go together.</exception>
    public static InstanceFilter ReadFilter(QueryRequest request)
    {
        if (request is { Passing: true, All: true })
        {
            throw RequestField.Refuse("all", "does not go with passing");
        }

        return (request.All ? InstanceFilter.All : InstanceFilter.Usable) with
        {
            WorstStatus = request switch
            {
                { Passing: true } => HealthStatus.Passing,
                { All: true } => HealthStatus.Critical,
                _ => HealthStatus.Warning,
            },
            Tags = [.. request.Tag],
            Metadata = new Dictionary<string, string>(request.Metadata),
            Zone = NullIfEmpty(request.Zone),
            Version = NullIfEmpty(request.Version),
        };
    }

    public static Instance ToMessage(ServiceInstance instance) => new()
    {
        Id = instance.Id,
        Address = instance.Address,

        // Whoever writes keys can write numbers that make no sense.
        Port = (uint)Math.Max(0, instance.Port),
        Tags = { instance.Tags },
        Metadata = { instance.Metadata.ToDictionary() },
        Zone = instance.Zone ?? string.Empty,
        Weight = (uint)Math.Max(0, instance.Weight),
        Version = instance.Version ?? string.Empty,
        Status = instance.Status switch
        {
            HealthStatus.Passing => Passing,
            HealthStatus.Warning => Warning,
            _ => Critical,
        },
        Note = instance.Note ?? string.Empty,
        Draining = instance.IsDraining,
        LeaseId = instance.Lease.Value,
        Revision = instance.Revision,
    };

    public static InstanceChanges ToMessage(ServiceChanges changes, bool isSnapshot) => new()
    {
        Revision = changes.Revision,
        Snapshot = isSnapshot,
        Changes =
        {
            changes.Changes.Select(static change => new InstanceChange
            {
                Kind = change.Kind switch
                {
                    ServiceChangeKind.Added => "added",
                    ServiceChangeKind.Changed => "changed",
                    _ => "removed",
                },
                Name = change.Instance.Service,
                Instance = ToMessage(change.Instance),
            }),
        },
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
