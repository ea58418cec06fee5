using System.Collections.Immutable;

namespace Coordination.StateMachine.Model;

/// <summary>
/// What a <see cref="NaiveState"/> was after some command: everything but the keys, which it keeps for every revision anyway.
/// </summary>
/// <param name="Revision">The current revision.</param>
/// <param name="CompactRevision">The oldest revision that may be read; -1 when nothing was compacted.</param>
/// <param name="Leases">The leases and shadows, by id.</param>
/// <param name="Alarms">The alarms that are on.</param>
/// <param name="MetadataVersion">The version of the cluster's metadata.</param>
/// <param name="Metadata">The rows of the cluster's metadata, by key: each one's version and value.</param>
internal sealed record NaiveMoment(
    long Revision,
    long CompactRevision,
    ImmutableSortedDictionary<long, StoredLease> Leases,
    ImmutableSortedSet<Alarm> Alarms,
    long MetadataVersion,
    ImmutableSortedDictionary<string, (long Version, string Value)> Metadata)
{
    /// <summary>What the partition owns.</summary>
    public NaiveOwnership Ownership { get; init; } = new();

    /// <summary>The revoked leases that may have keys elsewhere, by id and incarnation.</summary>
    public ImmutableSortedDictionary<(long Lease, ulong Incarnation), PendingRevocation> Revocations { get; init; } =
        ImmutableSortedDictionary<(long Lease, ulong Incarnation), PendingRevocation>.Empty;

    /// <summary>The greatest token of a lease that was ended here.</summary>
    public ulong Watermark { get; init; }

    /// <summary>How far history is removed from the store when all of the removal is carried out.</summary>
    public long RemovalRevision => Ownership.Copies.Select(copy => copy.Revision).Append(CompactRevision).Min();
}
