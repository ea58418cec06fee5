namespace Coordination.StateMachine;

/// <summary>
/// Reads the history of a <see cref="StoreView"/> as events. The records come from the store, since the index leads from keys to revisions
/// and not back; what the store has no need to know, such as the version before, comes from the index.
/// </summary>
internal readonly struct HistoryReader(StoreView view, IStateStore store)
{
    /// <summary>What a change counts beside its value.</summary>
    private const int ChangeBytes = 64;

    public ApplyError Read(long from, int changesMax, long bytesMax, Func<ReadOnlySpan<byte>, bool> wants, out HistorySlice slice)
    {
        var events = new List<KeyEvent>();
        long last = view.Revision;
        if (from >= view.CompactRevision)
        {
            last = Collect(from, changesMax, bytesMax, wants, events);
        }

        // A compaction may remove records before readers learn of it. The store learns of both at once, so what it says now tells whether
        // the records that were read a moment ago were all there.
        slice = new HistorySlice(events.ToArray(), last);
        return view.IsIntact(from) && from >= Math.Max(view.CompactRevision, store.LoadMetadata().CompactRevision)
            ? ApplyError.None
            : ApplyError.Compacted;
    }

    private long Collect(long from, int changesMax, long bytesMax, Func<ReadOnlySpan<byte>, bool> wants, List<KeyEvent> events)
    {
        int looked = 0;
        long bytes = 0;
        long reached = from;
        foreach (var stored in store.Scan(new Revision(from, 0), view.Revision))
        {
            if (stored.Revision.Main != reached && (looked >= changesMax || bytes >= bytesMax))
            {
                return stored.Revision.Main - 1;
            }

            reached = stored.Revision.Main;
            looked++;
            if (!view.Ownership.Hides(reached) && wants(stored.Key.Span))
            {
                events.Add(ToEvent(stored));
                bytes += stored.Value.Length + ChangeBytes;
            }
        }

        return view.Revision;
    }

    private KeyEvent ToEvent(StoredVersion stored)
    {
        long revision = stored.Revision.Main;
        var newest = view.Index.Find(stored.Key.Span);
        var version = newest?.At(revision);
        var before = newest?.At(revision - 1);
        bool isReadable = revision - 1 >= view.CompactRevision && before is { IsTombstone: false };

        // The record's memory is the scan's, so what stays is shared with the index or copied.
        byte[] key = newest?.Key ?? stored.Key.ToArray();
        var value = version is not null && version.Modified == stored.Revision && version.CachedValue is { } cached
            ? cached
            : stored.Value.ToArray().AsMemory();
        return new KeyEvent(
            new KeyValue(key, value, stored.CreateRevision, revision, stored.Version, stored.Lease),
            new KeyVersionRef(isReadable ? before : null));
    }
}
