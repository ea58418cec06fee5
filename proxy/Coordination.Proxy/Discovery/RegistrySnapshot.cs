using System.Collections.Immutable;

namespace Coordination.Proxy;

/// <summary>
/// What the registry says as of one moment. Immutable; the instances of a service that did not change are the same object as before.
/// </summary>
/// <param name="Services">The instances of every service, by name and then by id.</param>
/// <param name="Document">The configuration document; null when there is none.</param>
internal sealed record RegistrySnapshot(
    ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, ServiceInstance>> Services, StoredDocument? Document)
{
    public static ImmutableSortedDictionary<string, ServiceInstance> NoInstances { get; } =
        ImmutableSortedDictionary.Create<string, ServiceInstance>(StringComparer.Ordinal);

    public static RegistrySnapshot Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, ServiceInstance>>(StringComparer.Ordinal), null);

    /// <summary>The same after one change.</summary>
    public RegistrySnapshot With(ServiceChange change)
    {
        var instance = change.Instance;
        var instances = Services.GetValueOrDefault(instance.Service, NoInstances);
        instances = change.Kind == ServiceChangeKind.Removed ? instances.Remove(instance.Id) : instances.SetItem(instance.Id, instance);
        return this with
        {
            Services = instances.IsEmpty ? Services.Remove(instance.Service) : Services.SetItem(instance.Service, instances),
        };
    }

    /// <summary>The same document, and no instance but these.</summary>
    public RegistrySnapshot WithInstances(IEnumerable<ServiceInstance> instances)
    {
        var services = Empty.Services.ToBuilder();
        foreach (var service in instances.GroupBy(instance => instance.Service, StringComparer.Ordinal))
        {
            services[service.Key] = service.ToImmutableSortedDictionary(
                instance => instance.Id, instance => instance, StringComparer.Ordinal);
        }

        return this with { Services = services.ToImmutable() };
    }
}
