namespace Coordination.Recipes;

/// <summary>
/// Opens, once and for all, when enough parties have said that they are ready. Each party says it by a name of its own, so that saying it
/// twice counts once, also after an answer that got lost. The keys are <c>NAME/PARTY</c>, on no lease: what was said stays said. Any
/// thread.
/// </summary>
public sealed class CountdownLatch
{
    private readonly CoordinationNamespace _store;
    private readonly Key _prefix;
    private readonly int _parties;

    /// <summary>A latch of that name. Nothing happens in the store.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="name">What it is called. Keys that begin with it and a slash belong to it.</param>
    /// <param name="parties">How many have to be ready; above 0.</param>
    public CountdownLatch(CoordinationNamespace store, Key name, int parties)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parties);
        _store = store;
        _prefix = RecipeName.Prefix(name);
        _parties = parties;
    }

    /// <summary>Says that a party is ready. Goes on until a server answers.</summary>
    /// <param name="party">The party.</param>
    /// <param name="cancellationToken">Ends it; it may be done all the same.</param>
    public Task SignalAsync(string party, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(party);
        return Repeat.UntilAnsweredAsync(
            token => _store.KeyValues.PutAsync(_prefix.Append(party), "", cancellationToken: token), cancellationToken);
    }

    /// <summary>Waits until enough parties are ready, through broken connections and restarts.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(CancellationToken cancellationToken = default)
    {
        var ready = 0;
        await foreach (var change in PrefixFeed.FollowAsync(_store, _prefix, cancellationToken).ConfigureAwait(false))
        {
            ready += change.Changes.Sum(key => (key.After is null ? 0 : 1) - (key.Before is null ? 0 : 1));
            if (ready >= _parties)
            {
                return;
            }
        }
    }

    /// <summary>Forgets what was said, for another use.</summary>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    public Task ResetAsync(CancellationToken cancellationToken = default) =>
        _store.KeyValues.DeleteRangeAsync(KeyRange.Prefix(_prefix), cancellationToken: cancellationToken);
}
