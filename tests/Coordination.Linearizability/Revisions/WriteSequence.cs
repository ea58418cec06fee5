namespace Coordination.Linearizability;

/// <summary>A revision: who made it and what it changed.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Author">The operation that made it.</param>
/// <param name="Events">Its changes, in order.</param>
public sealed record WrittenRevision(long Revision, StoreOperation Author, IReadOnlyList<StoreEvent> Events);

/// <summary>All changes of a store, in order: what a right history proves, and what watch streams are compared with.</summary>
/// <param name="Initial">The store before the first.</param>
/// <param name="Revisions">One for each revision after that, without a gap.</param>
public sealed record WriteSequence(StoreState Initial, IReadOnlyList<WrittenRevision> Revisions)
{
    /// <summary>The last revision.</summary>
    public long LastRevision => Initial.Revision + Revisions.Count;

    /// <summary>The revision, or null when the sequence does not hold it.</summary>
    public WrittenRevision? Find(long revision)
    {
        long index = revision - Initial.Revision - 1;
        return index >= 0 && index < Revisions.Count ? Revisions[(int)index] : null;
    }
}

/// <summary>What the revision checker found.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Sequence">The changes, as far as they fit: whole when the verdict is that the history is correct.</param>
public sealed record RevisionVerdict(Verdict Verdict, WriteSequence Sequence);
