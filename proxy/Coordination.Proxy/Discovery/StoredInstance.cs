namespace Coordination.Proxy;

/// <summary>An instance as it lies in the state file: what the proxy needs of it, and nothing of the store.</summary>
internal sealed record StoredInstance
{
    public required string Service { get; init; }

    public required string Id { get; init; }

    public required string Address { get; init; }

    public int Port { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public Dictionary<string, string> Metadata { get; init; } = [];

    public string? Zone { get; init; }

    public int Weight { get; init; }

    public string? Version { get; init; }

    public HealthStatus Status { get; init; }

    public string? Note { get; init; }

    public bool IsDraining { get; init; }

    public static StoredInstance Of(ServiceInstance instance) => new()
    {
        Service = instance.Service,
        Id = instance.Id,
        Address = instance.Address,
        Port = instance.Port,
        Tags = instance.Tags,
        Metadata = new Dictionary<string, string>(instance.Metadata, StringComparer.Ordinal),
        Zone = instance.Zone,
        Weight = instance.Weight,
        Version = instance.Version,
        Status = instance.Status,
        Note = instance.Note,
        IsDraining = instance.IsDraining,
    };

    public ServiceInstance ToInstance() => new()
    {
        Service = Service,
        Id = Id,
        Address = Address,
        Port = Port,
        Tags = Tags,
        Metadata = Metadata,
        Zone = Zone,
        Weight = Weight,
        Version = Version,
        Status = Status,
        Note = Note,
        IsDraining = IsDraining,
    };
}
