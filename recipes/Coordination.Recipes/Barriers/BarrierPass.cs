namespace Coordination.Recipes;

/// <summary>A party that is past the entrance of a <see cref="DoubleBarrier"/>, and not yet at its exit. Any thread.</summary>
public sealed class BarrierPass : IAsyncDisposable
{
    private readonly CoordinationNamespace _store;
    private readonly Key _waiters;
    private readonly Key _own;
    private readonly Key _ready;
    private readonly LeaseSession _session;

    internal BarrierPass(CoordinationNamespace store, Key waiters, Key own, Key ready, LeaseSession session)
    {
        _store = store;
        _waiters = waiters;
        _own = own;
        _ready = ready;
        _session = session;
    }

    /// <summary>Cancelled when the others may believe that this party has left.</summary>
    public CancellationToken LostToken => _session.LostToken;

    /// <summary>Leaves, and waits until all parties that are in have left or died.</summary>
    /// <param name="cancellationToken">Ends the wait; this party has left all the same, or leaves with its lease.</param>
    public async Task LeaveAsync(CancellationToken cancellationToken = default)
    {
        HashSet<Key>? inside = null;
        await foreach (var change in PrefixFeed.FollowAsync(_store, _waiters, cancellationToken).ConfigureAwait(false))
        {
            if (inside is null)
            {
                // Those who come later belong to the next round.
                inside = [.. change.Changes.Select(key => key.Key)];
                inside.Remove(_own);
                await Repeat.UntilAnsweredAsync(Departure().CommitAsync, cancellationToken).ConfigureAwait(false);
            }

            inside.ExceptWith(change.Changes.Where(key => key.After is null).Select(key => key.Key));
            if (inside.Count == 0)
            {
                break;
            }
        }

        await _session.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Leaves without waiting for the others.</summary>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    /// <summary>The last one takes the mark of the round along.</summary>
    private Transaction Departure()
    {
        var all = KeyRange.Prefix(_waiters);
        return _store.KeyValues
            .When(Condition.NoneOf(KeyRange.Between(all.Start, _own)), Condition.NoneOf(KeyRange.Between(_own.Next(), all.End)))
            .Then(Operation.Delete(_own), Operation.Delete(_ready))
            .Else(Operation.Delete(_own));
    }
}
