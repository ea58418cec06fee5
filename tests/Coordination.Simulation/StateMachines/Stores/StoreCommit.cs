using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>One atomic write of a state store.</summary>
/// <param name="Versions">New changes of keys.</param>
/// <param name="Removed">Changes that go.</param>
/// <param name="Leases">Leases that changed; null for those that ended.</param>
/// <param name="Metadata">The metadata from then on.</param>
internal sealed record StoreCommit(
    StoredVersion[] Versions, Revision[] Removed, KeyValuePair<long, StoredLease?>[] Leases, StoreMetadata Metadata)
{
    /// <summary>Keeps changes whose gatherer will be used again.</summary>
    public static StoreCommit Of(StateChanges changes, StoreMetadata metadata) =>
        new([.. changes.Versions], [.. changes.Removed], [.. changes.Leases], metadata);
}
