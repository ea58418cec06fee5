namespace Coordination.Recipes;

/// <summary>
/// A line of keys, first come, first served, in the layout of etcd's concurrency package: every participant has a key on a lease, the
/// revisions of creation are the order, and it is a participant's turn when fewer keys than there are permits were created before its own.
/// Whoever waits watches the keys ahead of it, so that a key that goes wakes no more participants than it has to. Keeps no state: any
/// thread.
/// </summary>
/// <param name="store">Where the keys are.</param>
/// <param name="ahead">The keys that have to be waited for. May be a part of the line: readers wait for writers only.</param>
/// <param name="permits">How many participants have their turn at the same time.</param>
/// <param name="note">A key that is read at the same revision as the line; empty for none.</param>
internal sealed class WaitingLine(CoordinationNamespace store, KeyRange ahead, int permits = 1, Key note = default)
{
    private static readonly ReadOptions WithoutValues = new() { KeysOnly = true };

    /// <summary>
    /// Takes a place at the end, unless the key is there already: then <paramref name="value"/> is not written, and the place is the one
    /// that it has. To be repeated without harm.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="value">What it shall hold.</param>
    /// <param name="lease">What it shall hang on.</param>
    /// <param name="requestToken">Ends the wait for an answer. The place can come about all the same.</param>
    /// <param name="cancellationToken">Ends the asking when there was no answer.</param>
    public async Task<(Place Place, KeyValue? Existing, Turn Turn)> EnterAsync(
        Key key, Value value, LeaseId lease, CancellationToken requestToken, CancellationToken cancellationToken)
    {
        var first = Operation.GetRange(
            ahead, new RangeOptions { Read = WithoutValues, SortBy = SortBy.CreateRevision, Limit = permits + 1 });
        var entry = store.KeyValues.When(Condition.Missing(key))
            .Then(Operation.Put(key, value, new PutOptions { Lease = lease }), first)
            .Else(Operation.Get(key), first);
        entry = note.IsEmpty ? entry : entry.Then(Operation.Get(note)).Else(Operation.Get(note));
        var entered = await Repeat.UntilAnsweredAsync(_ => entry.CommitAsync(requestToken), cancellationToken).ConfigureAwait(false);
        var existing = entered.Succeeded ? null : ((GetResult)entered.Results[0]).KeyValue;
        var place = new Place(key, existing?.CreateRevision ?? entered.Revision);
        var before = ((RangeResult)entered.Results[1]).KeyValues.Count(other => other.CreateRevision < place.Revision);
        return (place, existing, new Turn(before < permits, Note(entered), entered.Revision));
    }

    /// <summary>Looks at how a place stands, as of now.</summary>
    /// <exception cref="LockLostException">The place's key is gone.</exception>
    public async Task<Turn> LookAsync(Place place, CancellationToken cancellationToken)
    {
        var (before, revision, found) = await ReadAsync(place, permits, cancellationToken).ConfigureAwait(false);
        return new Turn(before.Count < permits, found, revision);
    }

    /// <summary>
    /// Waits until it is a place's turn, through broken connections and changes of leader. The place is looked at again after the wait: a
    /// line whose head has gone says nothing about whether one's own key is still there (the finding of Jepsen's analysis of etcd 3.4.3).
    /// </summary>
    /// <exception cref="LockLostException">The place's key is gone.</exception>
    public async Task<Turn> AwaitTurnAsync(Place place, CancellationToken cancellationToken)
    {
        while (true)
        {
            // With one permit the last key ahead is enough: it goes last, or the one before it has to be waited for next.
            var (before, revision, found) = await ReadAsync(place, permits == 1 ? 1 : 0, cancellationToken).ConfigureAwait(false);
            if (before.Count < permits)
            {
                return new Turn(true, found, revision);
            }

            try
            {
                await AwaitDeletionsAsync(before, revision + 1, cancellationToken).ConfigureAwait(false);
            }
            catch (CompactedException)
            {
                // What went in between is seen by looking again.
            }
        }
    }

    /// <summary>Gives up a place, in line or at its head; nothing happens when it is gone already.</summary>
    public Task LeaveAsync(Place place, CancellationToken cancellationToken) => Repeat.UntilAnsweredAsync(
        store.KeyValues.When(place.IsKept).Then(Operation.Delete(place.Key)).CommitAsync, cancellationToken);

    private async Task<(IReadOnlyList<KeyValue> Before, long Revision, KeyValue? Note)> ReadAsync(
        Place place, int limit, CancellationToken cancellationToken)
    {
        var read = store.KeyValues.When().Then(
            Operation.Get(place.Key, WithoutValues),
            Operation.GetRange(ahead, new RangeOptions
            {
                Read = WithoutValues,
                MaxCreateRevision = place.Revision - 1,
                SortBy = SortBy.CreateRevision,
                Descending = true,
                Limit = limit,
            }));
        read = note.IsEmpty ? read : read.Then(Operation.Get(note));
        var answer = await Repeat.UntilAnsweredAsync(read.CommitAsync, cancellationToken).ConfigureAwait(false);
        return ((GetResult)answer.Results[0]).KeyValue is { } own && own.CreateRevision == place.Revision
            ? (((RangeResult)answer.Results[1]).KeyValues, answer.Revision, Note(answer))
            : throw new LockLostException("The key in the line is gone: its lease ended, or somebody deleted it.");
    }

    private async Task AwaitDeletionsAsync(IReadOnlyList<KeyValue> before, long from, CancellationToken cancellationToken)
    {
        HashSet<Key> left = [.. before.Select(key => key.Key)];
        var watch = store.Watches.WatchRangeAsync(
            left.Count == 1 ? KeyRange.Of(before[0].Key) : ahead, new WatchOptions { StartRevision = from }, cancellationToken);
        await foreach (var batch in watch.ConfigureAwait(false))
        {
            left.ExceptWith(batch.Events.Where(change => change.Kind == WatchEventKind.Delete).Select(change => change.KeyValue.Key));
            if (left.Count < permits)
            {
                return;
            }
        }
    }

    private KeyValue? Note(TransactionResult answer) => note.IsEmpty ? null : ((GetResult)answer.Results[^1]).KeyValue;
}
