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
    public static RestoredState Joining() => Joining(Term.None);

    /// <summary>
    /// The start of a replica that will be added to an existing group, and whose id an earlier replica had that was removed and whose data
    /// are gone. Votes and acknowledgements of that one may still count somewhere, so this one does nothing that the other, had it kept
    /// its data, could not have done: it takes no part in terms up to <paramref name="floor"/>, and until its log has passed that
    /// term it does not stand, and it never votes for anyone whose log has not. So it votes at most once in a term, and nobody wins by its
    /// vote who lacks an entry that the earlier replica acknowledged.
    /// <para>It is to be added as a learner, and to vote only when it has acknowledged an entry of the leader's own term: then whoever
    /// counts on its vote has a log that deserves it.</para>
    /// </summary>
    /// <param name="floor">The last term of the earlier replica, or a later one; none when there was no such replica.</param>
    public static RestoredState Joining(Term floor) => new()
    {
        Snapshot = new SnapshotMetadata(LogIndex.None, Term.None, Membership.Empty),
        HardState = floor.IsSome ? new HardState(floor.Next(), ReplicaId.None, LogIndex.None) { Floor = floor } : default,
    };

    /// <summary>Every rule that the state breaks, as sentences; empty when it is sound.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        var index = Snapshot.Index;
        var term = Snapshot.Term;
        foreach (var entry in Entries)
        {
            if (entry.Index != index.Next() || entry.Term < term)
            {
                errors.Add($"Entry {entry} cannot follow {index}@{term}.");
                return errors;
            }

            index = entry.Index;
            term = entry.Term;
        }

        Require(
            Entries.Count == 0 || HardState.Term >= term,
            $"The log ends in term {term}, but the hard state is of term {HardState.Term}.");
        Require(HardState.Commit <= index, $"Entry {HardState.Commit} is committed, but the log ends at {index}.");
        Require(Applied <= index, $"Entry {Applied} is applied, but the log ends at {index}.");
        Require(HardState.Term.IsSome || !HardState.Vote.IsSome, $"A vote for {HardState.Vote} needs a term.");
        Require(
            !HardState.Floor.IsSome || HardState.Term > HardState.Floor,
            $"An earlier replica took part up to term {HardState.Floor}, and this one is in term {HardState.Term}.");
        return errors;

        void Require(bool condition, string error)
        {
            if (!condition)
            {
                errors.Add(error);
            }
        }
    }
}
