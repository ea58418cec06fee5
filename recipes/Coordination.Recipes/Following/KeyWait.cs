namespace Coordination.Recipes;

/// <summary>Waits until a key is as it has to be.</summary>
internal static class KeyWait
{
    /// <summary>
    /// Returns as soon as the key was so for a moment, through broken connections and restarts; a moment that was compacted before it could
    /// be shown is missed.
    /// </summary>
    public static async Task<KeyValue?> UntilAsync(
        CoordinationNamespace store, Key key, Predicate<KeyValue?> isReached, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await Repeat.UntilAnsweredAsync(
                token => store.KeyValues.GetAsync(key, cancellationToken: token), cancellationToken).ConfigureAwait(false);
            if (isReached(found.KeyValue))
            {
                return found.KeyValue;
            }

            try
            {
                var options = new WatchOptions { StartRevision = found.Revision + 1 };
                await foreach (var batch in store.Watches.WatchAsync(key, options, cancellationToken).ConfigureAwait(false))
                {
                    var after = batch.Events[^1].Kind == WatchEventKind.Put ? batch.Events[^1].KeyValue : null;
                    if (isReached(after))
                    {
                        return after;
                    }
                }
            }
            catch (CompactedException)
            {
                // Look at what is.
            }
        }
    }
}
