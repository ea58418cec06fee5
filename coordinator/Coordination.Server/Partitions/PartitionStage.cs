using System.Text.Json.Serialization;

namespace Coordination.Server;

/// <summary>Where a partition of the map is in its life. The names are stored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PartitionStage>))]
internal enum PartitionStage
{
    /// <summary>It takes its keys over; the partition around it answers for them, until it has given them away.</summary>
    Creating,

    /// <summary>It answers for its keys.</summary>
    Serving,

    /// <summary>It is to be dropped as soon as it says that it is empty; until then it answers for its keys.</summary>
    Dropping,

    /// <summary>It answers no more; the partition around it is to take the keys back.</summary>
    Retired,
}
