using System.Collections.ObjectModel;
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

    /// <summary>
    /// Members of its group that are to leave it, while the group is on its way to <see cref="Replicas"/>; null when it is as they say.
    /// </summary>
    [JsonPropertyName("leaving")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ulong>? Leaving { get; init; }

    /// <summary>Members that have left its group, and whose replicas are to be deleted; they cannot come back before that.</summary>
    [JsonPropertyName("left")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ulong>? Left { get; init; }

    /// <summary>
    /// For members whose replicas were deleted, the last term in which these may have voted: another one must not vote in it again.
    /// </summary>
    [JsonPropertyName("former")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<ulong, ulong>? Former { get; init; }

    /// <summary>Whether its group is not the one that it began with: who has no replica yet then joins it, and does not begin it.</summary>
    [JsonPropertyName("changed")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasChanged { get; init; }

    /// <summary>Whether its group is on its way to other members.</summary>
    [JsonIgnore]
    public bool IsChanging => Leaving is not null;

    /// <summary>Whether requests about its keys go to it.</summary>
    [JsonIgnore]
    public bool IsRouted => Stage is PartitionStage.Serving or PartitionStage.Dropping;

    /// <summary>Whether a member is to have a replica of it, or may not delete the one that it has.</summary>
    public bool IsHeldBy(ulong member) => Replicas.Contains(member) || Leaving?.Contains(member) == true;

    /// <summary>Whether a member has left and has not said yet that its replica is deleted.</summary>
    public bool HasLeft(ulong member) => Left?.Contains(member) == true;

    /// <summary>The entry by which a member is to have the replica of another one.</summary>
    public PartitionEntry WithReplica(ulong removed, ulong added) => this with
    {
        Replicas = [.. Replicas.Select(member => member == removed ? added : member)],
        Leaving = [removed],
        HasChanged = true,
    };

    /// <summary>The entry when the group is as <see cref="Replicas"/> says.</summary>
    public PartitionEntry WithGroupChanged() => this with { Leaving = null, Left = NullIfEmpty([.. Left ?? [], .. Leaving ?? []]) };

    /// <summary>The entry by which a member may not come back before it said that its replica is deleted.</summary>
    public PartitionEntry WithLeft(ulong member) => HasLeft(member) ? this : this with { Left = [.. Left ?? [], member] };

    /// <summary>The entry by which a member's replica may have voted in terms up to one.</summary>
    public PartitionEntry WithFormer(ulong member, ulong term) => this with
    {
        Former = new Dictionary<ulong, ulong>(Former ?? ReadOnlyDictionary<ulong, ulong>.Empty) { [member] = term },
    };

    /// <summary>The entry when a member's replica is deleted.</summary>
    public PartitionEntry WithDeleted(ulong member) => this with { Left = NullIfEmpty([.. (Left ?? []).Where(other => other != member)]) };

    private static ulong[]? NullIfEmpty(ulong[] members) => members.Length == 0 ? null : members;
}
