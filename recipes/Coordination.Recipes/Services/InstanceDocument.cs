using System.Text;
using System.Text.Json;

namespace Coordination.Recipes;

/// <summary>
/// An instance as it lies in the store: docs/registry-layout.md. Everything but the address may be missing; what is not known here is
/// passed over.
/// </summary>
internal sealed record InstanceDocument
{
    private const string Warning = "warning";
    private const string Critical = "critical";
    private const string Passing = "passing";

    public string? Address { get; init; }

    public int? Port { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public Dictionary<string, string>? Metadata { get; init; }

    public string? Zone { get; init; }

    public int? Weight { get; init; }

    public string? Version { get; init; }

    public string? Status { get; init; }

    public string? Note { get; init; }

    public bool? Draining { get; init; }

    public static Value Write(ServiceInstance instance) => JsonSerializer.SerializeToUtf8Bytes(
        new InstanceDocument
        {
            Address = instance.Address,
            Port = instance.Port,
            Tags = instance.Tags.Count == 0 ? null : instance.Tags,
            Metadata = instance.Metadata.Count == 0 ? null : new Dictionary<string, string>(instance.Metadata),
            Zone = instance.Zone,
            Weight = instance.Weight,
            Version = instance.Version,
            Status = instance.Status switch
            {
                HealthStatus.Passing => Passing,
                HealthStatus.Warning => Warning,
                _ => Critical,
            },
            Note = instance.Note,
            Draining = instance.IsDraining ? true : null,
        },
        RecipesJson.Default.InstanceDocument);

    /// <summary>The instance of a key; null for keys and values that are none.</summary>
    public static ServiceInstance? Find(Key prefix, KeyValue key)
    {
        var name = Encoding.UTF8.GetString(key.Key.Bytes.Span[prefix.Bytes.Length..]);
        if (name.Split('/') is not [{ Length: > 0 } service, { Length: > 0 } id])
        {
            return null;
        }

        try
        {
            var document = JsonSerializer.Deserialize(key.Value.Bytes.Span, RecipesJson.Default.InstanceDocument);
            return document is { Address.Length: > 0 }
                ? document.ToInstance(service, id, key)
                : null;
        }
        catch (JsonException)
        {
            // Somebody wrote something else: there is nothing to connect to.
            return null;
        }
    }

    private ServiceInstance ToInstance(string service, string id, KeyValue key) => new()
    {
        Service = service,
        Id = id,
        Address = Address!,
        Port = Port ?? 0,
        Tags = Tags ?? [],
        Metadata = Metadata ?? [],
        Zone = Zone,
        Weight = Weight ?? 100,
        Version = Version,
        Status = Status switch
        {
            null or Passing => HealthStatus.Passing,
            Warning => HealthStatus.Warning,

            // What is not understood is not trusted.
            _ => HealthStatus.Critical,
        },
        Note = Note,
        IsDraining = Draining ?? false,
        Lease = key.Lease,
        Revision = key.ModRevision,
    };
}
