using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coordination.Proxy;

/// <summary>What the state file says: everything that plans are made of.</summary>
/// <param name="Instances">All instances, sorted.</param>
/// <param name="Document">The configuration document; null when there is none.</param>
internal sealed record StoredState(IReadOnlyList<StoredInstance> Instances, StoredDocument? Document)
{
    public static StoredState Of(RegistrySnapshot snapshot) => new(
        [.. snapshot.Services.Values.SelectMany(instances => instances.Values).Select(StoredInstance.Of)], snapshot.Document);

    public RegistrySnapshot ToSnapshot() =>
        RegistrySnapshot.Empty.WithInstances(Instances.Select(instance => instance.ToInstance())) with { Document = Document };
}

/// <summary>How the state is written. What an older or a newer proxy of the same format wrote beside it is passed over.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StoredState))]
internal sealed partial class StateJson : JsonSerializerContext;
