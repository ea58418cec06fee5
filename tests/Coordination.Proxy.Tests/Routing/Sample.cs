namespace Coordination.Proxy.Tests;

/// <summary>Instances, and the plans that a proxy makes of them.</summary>
internal static class Sample
{
    public static ServiceInstance Instance(string service, string id, params (string Key, string Value)[] metadata) => new()
    {
        Service = service,
        Id = id,
        Address = "10.0.0.1",
        Port = 80,
        Metadata = metadata.ToDictionary(pair => pair.Key, pair => pair.Value),
    };

    public static ProxyPlan Plan(params ServiceInstance[] instances) => Plan(null, instances);

    public static ProxyPlan Plan(string? document, params ServiceInstance[] instances) => new ProxyPlanner().Plan(
        RegistrySnapshot.Empty.WithInstances(instances) with { Document = document is null ? null : new StoredDocument(1, document) });
}
