using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>One atomic write of a state store.</summary>
/// <param name="Versions">New changes of keys.</param>
/// <param name="Received">Keys that came from another partition.</param>
/// <param name="Removed">Changes that go.</param>
/// <param name="Leases">Leases that changed; null for those that ended.</param>
/// <param name="PartitionRows">Rows about the partition itself that changed; null for those that were deleted.</param>
/// <param name="MetadataRows">Rows of the cluster's metadata that changed; null for those that were deleted.</param>
/// <param name="MetadataVersion">The version of the cluster's metadata from then on, if they were written.</param>
/// <param name="Metadata">What is known of the state as a whole from then on.</param>
internal sealed record StoreCommit(
    StoredVersion[] Versions,
    StoredVersion[] Received,
    Revision[] Removed,
    KeyValuePair<long, StoredLease?>[] Leases,
    KeyValuePair<string, ReadOnlyMemory<byte>?>[] PartitionRows,
    KeyValuePair<string, MetadataRow?>[] MetadataRows,
    long? MetadataVersion,
    StoreMetadata Metadata)
{
    /// <summary>Keeps changes whose gatherer will be used again.</summary>
    public static StoreCommit Of(StateChanges changes, StoreMetadata metadata) => new(
        [.. changes.Versions],
        [.. changes.Received],
        [.. changes.Removed],
        [.. changes.Leases],
        [.. changes.PartitionRows],
        [.. changes.MetadataRows],
        changes.MetadataVersion,
        metadata);
}
