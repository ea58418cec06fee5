namespace Coordination.Raft;

/// <summary>What a replica found on its disk at start; or, for a new one, where it begins.</summary>
public sealed record RestoredState
{
    /// <summary>Term, vote and commit index; all zero for a new replica.</summary>
    public HardState HardState { get; init; }

    /// <summary>
    /// What precedes <see cref="Entries"/>. A new member of a new group has a snapshot at index 0, term 0, with the group's first
    /// membership, the same at every member; a replica that joins a group has one with <see cref="Membership.Empty"/> and waits to be fed.
    /// </summary>
    public required SnapshotMetadata Snapshot { get; init; }

    /// <summary>The entries after the snapshot, in order and without gaps; all durable.</summary>
    public IReadOnlyList<Entry> Entries { get; init; } = [];

    /// <summary>
    /// The last entry that the state machine durably contains; entries after it are handed out again. At least the snapshot's index,
    /// and not beyond the last entry.
    /// </summary>
    public LogIndex Applied { get; init; }

    /// <summary>The start of a member of a new group whose first voters are <paramref name="voters"/>.</summary>
    public static RestoredState NewGroup(IEnumerable<ReplicaId> voters) =>
        new() { Snapshot = new SnapshotMetadata(LogIndex.None, Term.None, Membership.Create(voters)) };

    /// <summary>The start of a replica that will be added to an existing group.</summary>
    public static RestoredState Joining() =>
        new() { Snapshot = new SnapshotMetadata(LogIndex.None, Term.None, Membership.Empty) };
}
