using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coordination.Recipes;

/// <summary>
/// How what recipes keep in the store is written: plain JSON with camelCase names, which people and scripts can read and write.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LockDelayNote))]
[JsonSerializable(typeof(InstanceDocument))]
[JsonSerializable(typeof(ConfigurationState))]
internal sealed partial class RecipesJson : JsonSerializerContext;
