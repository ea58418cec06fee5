using System.Collections.Immutable;

namespace Coordination.StateMachine.Model;

/// <summary>
/// What a <see cref="NaiveState"/> was after some command: everything but the keys, which it keeps for every revision anyway.
/// </summary>
/// <param name="Revision">The current revision.</param>
/// <param name="CompactRevision">The oldest revision that may be read; -1 when nothing was compacted.</param>
/// <param name="Leases">The leases, by id.</param>
/// <param name="Alarms">The alarms that are on.</param>
/// <param name="MetadataVersion">The version of the cluster's metadata.</param>
/// <param name="Metadata">The rows of the cluster's metadata, by key: each one's version and value.</param>
internal sealed record NaiveMoment(
    long Revision,
    long CompactRevision,
    ImmutableSortedDictionary<long, StoredLease> Leases,
    ImmutableSortedSet<Alarm> Alarms,
    long MetadataVersion,
    ImmutableSortedDictionary<string, (long Version, string Value)> Metadata);
