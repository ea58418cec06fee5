using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// What the log holds of a partition, without the entries themselves, and the rules for what may come next. The writer checks them before
/// it writes and recovery checks them again: a log that breaks them was written by a bug, and neither side goes on.
/// </summary>
/// <param name="HardState">The latest hard state.</param>
/// <param name="Base">What precedes the entries.</param>
/// <param name="LastIndex">The last entry, or the base's when there is none.</param>
/// <param name="LastTerm">The term of <paramref name="LastIndex"/>.</param>
internal readonly record struct PartitionSummary(HardState HardState, SnapshotMetadata Base, LogIndex LastIndex, Term LastTerm)
{
    public static PartitionSummary StartAt(SnapshotMetadata start) => new(default, start, start.Index, start.Term);

    public PartitionSummary WithFloor(Term floor) => this with { HardState = HardState with { Floor = floor } };

    public PartitionSummary With(HardState next) => this with { HardState = next };

    public PartitionSummary WithEntries(ReadOnlySpan<Entry> entries) =>
        this with { LastIndex = entries[^1].Index, LastTerm = entries[^1].Term };

    public PartitionSummary ReplacedBy(SnapshotMetadata snapshot) =>
        this with { Base = snapshot, LastIndex = snapshot.Index, LastTerm = snapshot.Term };

    public PartitionSummary CompactedTo(SnapshotMetadata snapshot) => this with { Base = snapshot };

    /// <summary>The sentence that says which rule the hard state breaks, or null.</summary>
    public string? FindViolation(HardState next)
    {
        if (next.Term < HardState.Term)
        {
            return $"The term goes back from {HardState.Term} to {next.Term}.";
        }

        if (next.Term == HardState.Term && HardState.Vote.IsSome && next.Vote != HardState.Vote)
        {
            return $"The vote in term {next.Term} changes from {HardState.Vote} to {next.Vote}.";
        }

        if (next.Floor != HardState.Floor)
        {
            return $"The last term of the replica's predecessor changes from {HardState.Floor} to {next.Floor}.";
        }

        if (next.Commit < HardState.Commit)
        {
            return $"The commit index goes back from {HardState.Commit} to {next.Commit}.";
        }

        return next.Commit > LastIndex ? $"The commit index {next.Commit} is beyond the last entry {LastIndex}." : null;
    }

    /// <summary>The sentence that says why a partition cannot get a floor, or null.</summary>
    public string? FindViolationOfFloor(Term floor) => HardState != default || LastIndex.IsSome || !floor.IsSome
        ? $"The last term of the replica's predecessor, {floor}, does not come first: {HardState}, last entry {LastIndex}."
        : null;

    /// <summary>The sentence that says which rule the entries break, or null.</summary>
    public string? FindViolation(ReadOnlySpan<Entry> entries)
    {
        var first = entries[0].Index;
        if (first <= Base.Index || first > LastIndex.Next())
        {
            return $"Entry {first} does not fit a log from {Base.Index} (exclusive) to {LastIndex}.";
        }

        if (first <= HardState.Commit)
        {
            return $"Entry {first} would replace a committed one; the commit index is {HardState.Commit}.";
        }

        var term = first > LastIndex ? LastTerm : Base.Term;
        var index = first;
        foreach (var entry in entries)
        {
            if (entry.Index != index || entry.Term < term)
            {
                return $"Entry {entry.Index} of term {entry.Term} follows entry {index.Previous()} of term {term}.";
            }

            term = entry.Term;
            index = index.Next();
        }

        return null;
    }

    /// <summary>The sentence that says why an installed snapshot cannot replace this log, or null.</summary>
    public string? FindViolationOfReplacement(SnapshotMetadata snapshot) =>
        snapshot.Index < HardState.Commit || snapshot.Index < Base.Index
            ? $"The snapshot at {snapshot.Index} is older than the log it replaces: base {Base.Index}, committed {HardState.Commit}."
            : null;

    /// <summary>The sentence that says why the log cannot be compacted up to there, or null.</summary>
    public string? FindViolationOfCompaction(SnapshotMetadata snapshot)
    {
        if (snapshot.Index < Base.Index || snapshot.Index > LastIndex)
        {
            return $"The log from {Base.Index} to {LastIndex} cannot be compacted to {snapshot.Index}.";
        }

        return snapshot.Index == LastIndex && snapshot.Term != LastTerm
            ? $"The log ends at {LastIndex} of term {LastTerm}, but is to be compacted there as of term {snapshot.Term}."
            : null;
    }
}
