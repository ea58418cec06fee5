using System.Text.Json.Serialization;

namespace Coordination.Server;

/// <summary>A partition as the map has it. Stored as JSON: the names of its parts must not change.</summary>
internal sealed record PartitionEntry
{
    /// <summary>Its number; never used again when it is gone.</summary>
    [JsonPropertyName("id")]
    public required uint Id { get; init; }

    /// <summary>What its keys begin with; empty only for partition 0.</summary>
    [JsonPropertyName("prefix")]
    public required byte[] Prefix { get; init; }

    /// <summary>The members that have replicas of it; the first is the one that should lead.</summary>
    [JsonPropertyName("replicas")]
    public required IReadOnlyList<ulong> Replicas { get; init; }

    /// <summary>Where it is in its life.</summary>
    [JsonPropertyName("stage")]
    public required PartitionStage Stage { get; init; }

    /// <summary>Its last revision, once it has retired.</summary>
    [JsonPropertyName("revision")]
    public long Revision { get; init; }

    /// <summary>Whether requests about its keys go to it.</summary>
    [JsonIgnore]
    public bool IsRouted => Stage is PartitionStage.Serving or PartitionStage.Dropping;
}
