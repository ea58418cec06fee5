namespace Coordination.Client;

/// <summary>
/// The present state of a cache, and how it becomes the next: the watch brings a revision, the range was read again, or nothing happened up
/// to a later revision. Readers take <see cref="Current"/> without a lock; writers, the watch's loop and whoever reads afresh, take turns.
/// </summary>
internal sealed class CacheStates(CacheSnapshot first)
{
    private readonly Lock _lock = new();
    private volatile CacheState _state = new(first, before: null, []);
    private Exception? _end;

    public CacheState Current => _state;

    /// <summary>The range was read again.</summary>
    public void Replace(CacheSnapshot loaded)
    {
        lock (_lock)
        {
            PublishLocked(loaded, loaded.Since(_state.Snapshot));
        }
    }

    /// <summary>The watch brought a revision.</summary>
    public void Apply(WatchBatch batch)
    {
        lock (_lock)
        {
            // Up to the snapshot's revision everything is in it, also what the watch brings only now; see FindCaughtUp.
            if (batch.Revision > _state.Snapshot.Revision)
            {
                var (snapshot, changes) = _state.Snapshot.After(batch);
                PublishLocked(snapshot, changes);
            }
        }
    }

    /// <summary>
    /// The present state if it is known to be no older than the store was; else the watch has to bring something yet.
    /// <para>
    /// No watch can be asked whether there was nothing up to here (see <see cref="WatchClient"/>), so the number of keys is. Let the cache
    /// be at revision s, and the store, at a later revision r, have n keys of the range, the last changed at m. If m is not after s, no key
    /// of the store was written after s, so its keys are those of the cache without what was deleted in between; and if the cache has n
    /// keys, too, nothing was. What happened to the range between s and r is undone at r, then, and the watch may bring it in vain. Once
    /// the watch has brought all there is up to r, both hold, or the cache is past r.
    /// </para>
    /// </summary>
    public CacheSnapshot? FindCaughtUp(RangeResult store)
    {
        lock (_lock)
        {
            var current = _state.Snapshot;
            if (current.Revision >= store.Revision)
            {
                return current;
            }

            if (current.Count != store.Count || (store.KeyValues.Count > 0 && store.KeyValues[0].ModRevision > current.Revision))
            {
                return null;
            }

            var same = current.At(store.Revision);
            PublishLocked(same, []);
            return same;
        }
    }

    /// <summary>There will be no other state, for this reason.</summary>
    public void End(Exception reason)
    {
        lock (_lock)
        {
            _end = reason;
            _state.End(reason);
        }
    }

    private void PublishLocked(CacheSnapshot snapshot, IReadOnlyList<CacheChange> changes)
    {
        var superseded = _state;
        _state = new CacheState(snapshot, superseded.Snapshot, changes);
        superseded.Supersede();
        if (_end is not null)
        {
            // The store had nothing newer when it was asked, but nothing will come any more.
            _state.End(_end);
        }
    }
}
