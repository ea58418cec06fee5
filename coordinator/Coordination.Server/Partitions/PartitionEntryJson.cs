using System.Text.Json.Serialization;

namespace Coordination.Server;

/// <summary>How entries of the map are stored.</summary>
[JsonSerializable(typeof(PartitionEntry))]
internal sealed partial class PartitionEntryJson : JsonSerializerContext;
