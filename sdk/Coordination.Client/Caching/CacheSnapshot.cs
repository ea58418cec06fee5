using System.Collections.Immutable;

namespace Coordination.Client;

/// <summary>
/// The keys of a <see cref="KeyCache"/> as they were at one revision. Immutable: reading it needs no lock and no server, and it stays as it
/// is while the cache goes on. Any thread.
/// </summary>
public sealed class CacheSnapshot
{
    private static readonly IComparer<KeyValue> ByKey = Comparer<KeyValue>.Create(static (left, right) => left.Key.CompareTo(right.Key));

    private readonly ImmutableSortedSet<KeyValue> _keys;

    private CacheSnapshot(ImmutableSortedSet<KeyValue> keys, long revision)
    {
        _keys = keys;
        Revision = revision;
    }

    /// <summary>The revision of the store that this shows: every change of the keys up to it, and none after it.</summary>
    public long Revision { get; }

    /// <summary>How many keys there are.</summary>
    public int Count => _keys.Count;

    /// <summary>The keys, in bytewise order.</summary>
    public IReadOnlyList<KeyValue> KeyValues => _keys;

    /// <summary>The key, or null when it does not exist or is not of the cache's range.</summary>
    /// <param name="key">The key.</param>
    public KeyValue? Find(Key key) => _keys.TryGetValue(Probe(key), out var found) ? found : null;

    /// <summary>The keys of a part of the cache's range, in bytewise order.</summary>
    /// <param name="range">The part.</param>
    public IEnumerable<KeyValue> InRange(KeyRange range)
    {
        var index = _keys.IndexOf(Probe(range.Start));
        for (index = index < 0 ? ~index : index; index < _keys.Count && range.Contains(_keys[index].Key); index++)
        {
            yield return _keys[index];
        }
    }

    internal static CacheSnapshot Of(IEnumerable<KeyValue> keys, long revision) => new(keys.ToImmutableSortedSet(ByKey), revision);

    /// <summary>The same keys, which are known to have been the same at a later revision.</summary>
    internal CacheSnapshot At(long revision) => new(_keys, revision);

    /// <summary>The state after a revision whose changes these are.</summary>
    internal (CacheSnapshot Snapshot, IReadOnlyList<CacheChange> Changes) After(WatchBatch batch)
    {
        List<CacheChange> changes = new(batch.Events.Count);
        var keys = _keys.ToBuilder();
        foreach (var (kind, after, _) in batch.Events)
        {
            var before = keys.TryGetValue(after, out var found) ? found : null;
            if (before is not null)
            {
                keys.Remove(before);
            }

            if (kind == WatchEventKind.Put)
            {
                keys.Add(after);
                changes.Add(new CacheChange(after.Key, before, after));
            }
            else if (before is not null)
            {
                changes.Add(new CacheChange(after.Key, before, null));
            }
        }

        return (new CacheSnapshot(keys.ToImmutable(), batch.Revision), changes);
    }

    /// <summary>How this differs from an earlier state.</summary>
    internal IReadOnlyList<CacheChange> Since(CacheSnapshot earlier)
    {
        List<CacheChange> changes = [];
        using var before = earlier.KeyValues.GetEnumerator();
        using var after = KeyValues.GetEnumerator();
        var (old, now) = (Next(before), Next(after));
        while (old is not null || now is not null)
        {
            var order = old is null ? 1 : now is null ? -1 : old.Key.CompareTo(now.Key);
            if (order != 0 || old!.ModRevision != now!.ModRevision)
            {
                changes.Add(new CacheChange((order <= 0 ? old : now)!.Key, order <= 0 ? old : null, order >= 0 ? now : null));
            }

            old = order <= 0 ? Next(before) : old;
            now = order >= 0 ? Next(after) : now;
        }

        return changes;
    }

    private static KeyValue? Next(IEnumerator<KeyValue> keys) => keys.MoveNext() ? keys.Current : null;

    /// <summary>Something to look a key up with: keys are compared by nothing else.</summary>
    private static KeyValue Probe(Key key) => new(key, default, 0, 0, 0, default);
}
