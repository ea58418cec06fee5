using System.Runtime.CompilerServices;

namespace Coordination.Recipes;

/// <summary>
/// Follows the keys below a prefix: first what there is, then every revision that changes something. Broken connections are bridged by the
/// watch; when a compaction overtook it, the keys are read again and the difference is shown as one change, so that a follower's picture is
/// right again, though it may have missed what came and went in between. Keeps no state between calls: any thread.
/// </summary>
internal static class PrefixFeed
{
    /// <summary>Follows until it is cancelled, or refused.</summary>
    /// <exception cref="UnavailableException">No server could be asked what there is to begin with.</exception>
    public static async IAsyncEnumerable<PrefixChange> FollowAsync(
        CoordinationNamespace store, Key prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = KeyRange.Prefix(prefix);
        Dictionary<Key, KeyValue> known = [];
        var read = await ReadAsync(store, range, cancellationToken).ConfigureAwait(false);
        yield return Compare(known, read);
        while (true)
        {
            var options = new WatchOptions { StartRevision = read.Revision + 1 };
            await using var watch = store.Watches.WatchRangeAsync(range, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await HasNextAsync(watch).ConfigureAwait(false))
            {
                yield return Apply(known, watch.Current);
            }

            read = await Repeat.UntilAnsweredAsync(token => ReadAsync(store, range, token), cancellationToken).ConfigureAwait(false);
            if (Compare(known, read) is { Changes.Count: > 0 } missed)
            {
                yield return missed;
            }
        }
    }

    private static async Task<(Dictionary<Key, KeyValue> Keys, long Revision)> ReadAsync(
        CoordinationNamespace store, KeyRange range, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                Dictionary<Key, KeyValue> keys = [];
                var revision = 0L;
                await foreach (var page in store.KeyValues.GetPagesAsync(range, cancellationToken: cancellationToken).ConfigureAwait(false))
                {
                    revision = page.SnapshotRevision;
                    foreach (var key in page.KeyValues)
                    {
                        keys.Add(key.Key, key);
                    }
                }

                return (keys, revision);
            }
            catch (CompactedException)
            {
                // Between two pages: from the start, at a revision of today.
            }
        }
    }

    /// <summary>False when the watch was overtaken by a compaction: it never ends by itself otherwise.</summary>
    private static async Task<bool> HasNextAsync(IAsyncEnumerator<WatchBatch> watch)
    {
        try
        {
            return await watch.MoveNextAsync().ConfigureAwait(false);
        }
        catch (CompactedException)
        {
            return false;
        }
    }

    private static PrefixChange Compare(Dictionary<Key, KeyValue> known, (Dictionary<Key, KeyValue> Keys, long Revision) read)
    {
        List<KeyChange> changes = [];
        foreach (var gone in known.Values.Where(key => !read.Keys.ContainsKey(key.Key)).ToList())
        {
            known.Remove(gone.Key);
            changes.Add(new KeyChange(gone, null));
        }

        foreach (var key in read.Keys.Values)
        {
            if (known.GetValueOrDefault(key.Key) is var before && before?.ModRevision != key.ModRevision)
            {
                changes.Add(new KeyChange(before, key));
                known[key.Key] = key;
            }
        }

        return new PrefixChange(read.Revision, changes);
    }

    private static PrefixChange Apply(Dictionary<Key, KeyValue> known, WatchBatch batch)
    {
        List<KeyChange> changes = [];
        foreach (var change in batch.Events)
        {
            var key = change.KeyValue.Key;
            var before = known.GetValueOrDefault(key);
            var after = change.Kind == WatchEventKind.Put ? change.KeyValue : null;
            if (after is null)
            {
                known.Remove(key);
            }
            else
            {
                known[key] = after;
            }

            if (before is not null || after is not null)
            {
                changes.Add(new KeyChange(before, after));
            }
        }

        return new PrefixChange(batch.Revision, changes);
    }
}
