using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// A partition while its records are replayed. Entries whose segment was purged are missing until the compaction that allowed the purge
/// is replayed too; <see cref="FindGap"/> tells whether it was.
/// </summary>
internal sealed class ReplayedPartition(PartitionSummary start)
{
    private readonly List<Entry> _entries = [];

    // The index of the first entry in the list, or the one after the last index when the list is empty.
    private LogIndex _entriesFrom = start.LastIndex.Next();

    public PartitionSummary Summary { get; private set; } = start;

    public EntryRuns Runs { get; } = new();

    public void Apply(ReadOnlySpan<Entry> entries, ulong segment)
    {
        Require(Summary.FindViolation(entries));
        var first = entries[0].Index;
        if (first < _entriesFrom)
        {
            _entriesFrom = first;
        }

        int kept = (int)(first - _entriesFrom);
        _entries.RemoveRange(kept, _entries.Count - kept);
        _entries.AddRange(entries);
        Runs.Append(first, segment);
        Summary = Summary.WithEntries(entries);
    }

    /// <summary>Takes a hard state as its record has it, which does not repeat the floor.</summary>
    public void Apply(HardState state)
    {
        var next = state with { Floor = Summary.HardState.Floor };
        Require(Summary.FindViolation(next));
        Summary = Summary.With(next);
    }

    public void ApplyFloor(Term floor)
    {
        Require(Summary.FindViolationOfFloor(floor));
        Summary = Summary.WithFloor(floor);
    }

    public void Replace(SnapshotMetadata snapshot)
    {
        Require(Summary.FindViolationOfReplacement(snapshot));
        Summary = Summary.ReplacedBy(snapshot);
        _entries.Clear();
        _entriesFrom = snapshot.Index.Next();
        Runs.Clear();
    }

    public void Compact(SnapshotMetadata snapshot)
    {
        Require(Summary.FindViolationOfCompaction(snapshot));
        if (snapshot.Index >= _entriesFrom)
        {
            int dead = (int)(snapshot.Index.Next() - _entriesFrom);
            _entries.RemoveRange(0, dead);
            _entriesFrom = snapshot.Index.Next();
        }

        Summary = Summary.CompactedTo(snapshot);
        Runs.Compact(snapshot.Index, Summary.LastIndex);
    }

    /// <summary>The sentence that says which entries the segments should have held and do not, or null.</summary>
    public string? FindGap()
    {
        var expected = Summary.Base.Index.Next();
        return _entriesFrom == expected ? null : $"Entries {expected} to {_entriesFrom.Previous()} are in no segment.";
    }

    public RecoveredPartition ToRecovered() => new(Summary.HardState, Summary.Base, _entries);

    private static void Require(string? violation)
    {
        if (violation is not null)
        {
            throw new FormatException(violation);
        }
    }
}
