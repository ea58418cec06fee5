namespace Coordination.StateMachine;

/// <summary>
/// Removes the history that a compaction gave up, a slice at a time between commands, so that a large compaction never holds up writes. It
/// walks the changes up to the compact revision in order: a change stays only if its key had no later one up to there and was not deleted
/// by it. How far it is differs between replicas and is invisible: nothing that it removes may be read any more.
/// </summary>
internal sealed class Compactor(IStateStore store, MvccWriter writer, StateChanges changes)
{
    /// <summary>Up to here superseded changes are removed.</summary>
    public long RemovedRevision { get; set; }

    /// <summary>Whether there is something to remove.</summary>
    public bool HasWork => RemovedRevision < writer.CompactRevision;

    /// <summary>Looks at about <paramref name="changesMax"/> changes, whole revisions, and removes what is superseded.</summary>
    public void RunSlice(int changesMax)
    {
        int looked = 0;
        long reached = RemovedRevision;
        foreach (var stored in store.Scan(new Revision(RemovedRevision + 1, 0), writer.CompactRevision))
        {
            if (looked >= changesMax && stored.Revision.Main != reached)
            {
                RemovedRevision = reached;
                return;
            }

            reached = stored.Revision.Main;
            looked++;
            Consider(stored);
        }

        RemovedRevision = writer.CompactRevision;
    }

    private void Consider(StoredVersion stored)
    {
        var newest = writer.Tree.View().Find(stored.Key.Span);
        var kept = newest?.At(writer.CompactRevision);
        if (kept is null || kept.Modified != stored.Revision)
        {
            changes.Remove(stored.Revision);
            return;
        }

        // The change is the key's last up to the compact revision: nothing before it is needed, and a deletion is not needed itself.
        RemoveBefore(kept);
        if (!kept.IsTombstone)
        {
            return;
        }

        changes.Remove(stored.Revision);
        if (ReferenceEquals(newest, kept))
        {
            writer.Tree.Remove(kept.Key);
        }
    }

    /// <summary>What survived earlier compactions lies before the walk, and goes now that it has a successor.</summary>
    private void RemoveBefore(KeyVersion kept)
    {
        for (var before = kept.Previous; before is not null; before = before.Previous)
        {
            if (before.Modified.Main <= RemovedRevision)
            {
                changes.Remove(before.Modified);
            }
        }

        kept.CutHistory();
    }
}
