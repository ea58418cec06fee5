namespace Coordination.StateMachine;

/// <summary>
/// Removes the history that a compaction gave up, a slice at a time between commands, so that a large compaction never holds up writes. It
/// walks the changes up to the compact revision in order: a change stays only if its key had no later one up to there and was not deleted
/// by it. How far it is differs between replicas and is invisible: nothing that it removes may be read any more.
/// </summary>
/// <remarks>
/// A deletion exactly at the compact revision stays, although no range can show it: a watch may start there and has to see it (etcd 18089,
/// 19179). It goes with the next compaction, which is why every walk looks again at the revision where the one before ended.
/// While keys that were given away are still to be copied, the walk goes on only as if history were compacted no further than where they
/// were last here (<see cref="MvccWriter.RemovalRevision"/>). That never lies before what is removed already.
/// </remarks>
internal sealed class Compactor(IStateStore store, MvccWriter writer, StateChanges changes)
{
    /// <summary>Up to here superseded changes are removed; deletions only before it.</summary>
    public long RemovedRevision { get; set; }

    /// <summary>Whether there is something to remove.</summary>
    public bool HasWork => RemovedRevision < writer.RemovalRevision;

    /// <summary>Looks at about <paramref name="changesMax"/> changes, whole revisions, and removes what is superseded.</summary>
    /// <param name="changesMax">After how many changes to stop.</param>
    /// <param name="committedRevision">
    /// The last revision that the store contains: what was compacted away before it was committed waits for a later slice.
    /// </param>
    public void RunSlice(int changesMax, long committedRevision)
    {
        int looked = 0;
        long last = Math.Min(writer.RemovalRevision, committedRevision);
        writer.Compaction.RemovalRevision = writer.RemovalRevision;
        long reached = RemovedRevision;
        foreach (var stored in store.Scan(new Revision(RemovedRevision, 0), last))
        {
            if (looked >= changesMax && stored.Revision.Main != reached)
            {
                RemovedRevision = reached;
                return;
            }

            // Changes at the start were counted by the slice that ended there; counted again, they could keep small slices on the spot.
            looked += stored.Revision.Main == RemovedRevision ? 0 : 1;
            reached = stored.Revision.Main;
            Consider(stored);
        }

        RemovedRevision = Math.Max(RemovedRevision, last);
    }

    private void Consider(StoredVersion stored)
    {
        var newest = writer.Tree.View().Find(stored.Key.Span);
        var kept = newest?.At(writer.RemovalRevision);
        if (kept is null || kept.Modified != stored.Revision)
        {
            changes.Remove(stored.Revision);
            return;
        }

        // The change is the key's last up to the compact revision: nothing before it is needed, and an earlier deletion not even itself.
        RemoveBefore(kept);
        if (!kept.IsTombstone || kept.Modified.Main == writer.RemovalRevision)
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
