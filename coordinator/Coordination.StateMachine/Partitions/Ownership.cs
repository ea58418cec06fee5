using System.Collections.Immutable;

namespace Coordination.StateMachine;

/// <summary>
/// What a partition answers for at one moment: everything that was ever its own but what it has given away. It says nothing about keys
/// outside the partition's own prefix. Never changes, so any thread may read it; <see cref="PartitionTable"/> makes the next one.
/// </summary>
public sealed record Ownership
{
    /// <summary>A partition that serves and has given nothing away.</summary>
    public static Ownership Whole { get; } = new();

    /// <summary>Where the partition is in its life.</summary>
    public PartitionPhase Phase { get; init; }

    /// <summary>The revision with which it began to serve; 0 for one that did from its beginning, and can never retire.</summary>
    public long ServedRevision { get; init; }

    /// <summary>How often it has taken back what it had given away.</summary>
    public long Adoptions { get; init; }

    /// <summary>What it has given away, sorted by prefix; none lies inside another.</summary>
    public ImmutableArray<Delegation> Delegations { get; init; } = [];

    /// <summary>What of it may not have been copied yet, in the order in which it was given away.</summary>
    public ImmutableArray<PendingCopy> Copies { get; init; } = [];

    /// <summary>Whether nothing is refused for reasons of ownership.</summary>
    public bool IsWhole => Phase == PartitionPhase.Serving && Delegations.IsEmpty;

    /// <summary>
    /// The revisions, ascending, that consist of deletions of keys that only moved: no watch is told of them. As many as may still be read.
    /// </summary>
    internal ImmutableArray<long> HiddenRevisions { get; init; } = [];

    /// <summary>Changes after this revision are not removed from the store, although they may be compacted.</summary>
    internal long HoldRevision
    {
        get
        {
            long hold = long.MaxValue;
            foreach (var copy in Copies)
            {
                hold = Math.Min(hold, copy.Revision);
            }

            return hold;
        }
    }

    /// <summary>Whether the partition serves and has given away no key of the range.</summary>
    public bool Owns(KeyRange range)
    {
        if (Phase != PartitionPhase.Serving)
        {
            return false;
        }

        int place = FirstBehind(range.Start);
        return place == Delegations.Length || !Delegations[place].Range.Intersects(range);
    }

    /// <summary>Whether the partition serves and has not given the key away.</summary>
    public bool Owns(ReadOnlySpan<byte> key)
    {
        if (Phase != PartitionPhase.Serving)
        {
            return false;
        }

        int place = FirstBehind(key);
        return place == Delegations.Length || !key.StartsWith(Delegations[place].Prefix);
    }

    /// <summary>
    /// The last revision at which all keys of the range were here, or null when they still are: where a watch on the range has to end.
    /// </summary>
    public long? FindMoved(KeyRange range) => FindDelegation(range)?.Revision;

    /// <summary>The delegation by which keys of the range went first, at whatever depth, or null when all of them are here.</summary>
    public Delegation? FindDelegation(KeyRange range) => FindDelegation(Delegations, range);

    /// <summary>Finds keys that are to be copied.</summary>
    public PendingCopy? FindCopy(ReadOnlySpan<byte> prefix)
    {
        foreach (var copy in Copies)
        {
            if (prefix.SequenceEqual(copy.Prefix))
            {
                return copy;
            }
        }

        return null;
    }

    /// <summary>Whether the changes of a revision are to be kept from everybody.</summary>
    internal bool Hides(long revision) => !HiddenRevisions.IsEmpty && HiddenRevisions.BinarySearch(revision) >= 0;

    private static Delegation? FindDelegation(IReadOnlyList<Delegation> delegations, KeyRange range)
    {
        Delegation? first = null;
        foreach (var delegation in delegations)
        {
            if (delegation.Range.Intersects(range))
            {
                // What lay inside went earlier, or with nothing written in between.
                var earliest = FindDelegation(delegation.Inner, range) is { } inner && inner.Revision <= delegation.Revision
                    ? inner
                    : delegation;
                first = first is null || earliest.Revision < first.Revision ? earliest : first;
            }
        }

        return first;
    }

    /// <summary>The place of the first delegation that does not lie before a key as a whole.</summary>
    private int FirstBehind(ReadOnlySpan<byte> key)
    {
        int low = 0;
        int high = Delegations.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Delegations[middle].Range.End is { } end && end.AsSpan().SequenceCompareTo(key) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
