namespace Coordination.Recipes.Tests;

/// <summary>What tests see of a line of keys from outside.</summary>
internal static class LineOf
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Waits until a line has so many keys.</summary>
    public static async Task AwaitLength(CoordinationNamespace store, Key prefix, int length)
    {
        var range = await store.KeyValues.GetRangeAsync(KeyRange.Prefix(prefix), cancellationToken: Cancelled);
        HashSet<Key> keys = [.. range.KeyValues.Select(key => key.Key)];
        if (keys.Count == length)
        {
            return;
        }

        var options = new WatchOptions { StartRevision = range.Revision + 1 };
        await foreach (var batch in store.Watches.WatchRangeAsync(KeyRange.Prefix(prefix), options, Cancelled))
        {
            foreach (var change in batch.Events)
            {
                _ = change.Kind == WatchEventKind.Put ? keys.Add(change.KeyValue.Key) : keys.Remove(change.KeyValue.Key);
            }

            if (keys.Count == length)
            {
                return;
            }
        }
    }

    /// <summary>The lease of a holder, read from its key.</summary>
    public static LeaseId LeaseOf(LockHandle handle) => new(Convert.ToInt64(handle.Key.ToString().Split('/')[^1], 16));
}
