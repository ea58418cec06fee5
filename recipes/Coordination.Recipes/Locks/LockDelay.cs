using System.Text.Json;

namespace Coordination.Recipes;

/// <summary>
/// Keeps a lock closed for a while after it was lost. A holder leaves a note beside the line, on no lease, and takes it away when it
/// releases the lock: whoever comes to the head of the line and finds the note of a holder before it knows that this one did not. The first
/// to find it hangs it on a lease of its own that nobody renews, so that it vanishes when the delay is over, whatever becomes of the
/// finder; until then the lock is closed.
/// </summary>
internal sealed class LockDelay(CoordinationNamespace store, Key noteKey, TimeSpan delay)
{
    /// <summary>True when holders leave notes, and not only mind those of others.</summary>
    public bool LeavesNote => delay > TimeSpan.Zero;

    /// <summary>Makes sure that the delay has an end. To be repeated without harm.</summary>
    public async Task BeginEndAsync(KeyValue note, CancellationToken cancellationToken)
    {
        if (note.Lease != LeaseId.None)
        {
            return;
        }

        var life = Read(note);
        var lease = life > TimeSpan.Zero
            ? await Repeat.UntilAnsweredAsync(
                token => store.Leases.GrantAsync(life, cancellationToken: token), cancellationToken).ConfigureAwait(false)
            : null;
        var write = lease is null
            ? Operation.Delete(noteKey)
            : Operation.Put(noteKey, note.Value, new PutOptions { Lease = lease.Id });
        await Repeat.UntilAnsweredAsync(
            store.KeyValues.When(Condition.ModRevision(noteKey, Comparison.Equal, note.ModRevision)).Then(write).CommitAsync,
            cancellationToken).ConfigureAwait(false);
    }

    public Task AwaitEndAsync(CancellationToken cancellationToken) =>
        KeyWait.UntilAsync(store, noteKey, note => note is null, cancellationToken);

    /// <summary>Leaves a note.</summary>
    /// <exception cref="LockLostException">The place is gone.</exception>
    public async Task BeginTenureAsync(Place place, CancellationToken cancellationToken)
    {
        if (!LeavesNote)
        {
            return;
        }

        var note = JsonSerializer.Serialize(
            new LockDelayNote(place.Revision, (long)delay.TotalMilliseconds), RecipesJson.Default.LockDelayNote);
        var changed = await Repeat.UntilAnsweredAsync(
            store.KeyValues.When(place.IsKept).Then(Operation.Put(noteKey, note)).CommitAsync, cancellationToken).ConfigureAwait(false);
        if (!changed.Succeeded)
        {
            throw new LockLostException("The lock was lost while it was acquired.");
        }
    }

    /// <summary>Gives the place up and takes the note away, both or none.</summary>
    public Task EndTenureAsync(Place place, CancellationToken cancellationToken) => Repeat.UntilAnsweredAsync(
        store.KeyValues.When(place.IsKept).Then(Operation.Delete(place.Key), Operation.Delete(noteKey)).CommitAsync, cancellationToken);

    private static TimeSpan Read(KeyValue note)
    {
        try
        {
            var content = JsonSerializer.Deserialize(note.Value.Bytes.Span, RecipesJson.Default.LockDelayNote);
            return TimeSpan.FromMilliseconds(Math.Max(content?.DelayMilliseconds ?? 0, 0));
        }
        catch (JsonException)
        {
            // Nobody's note.
            return TimeSpan.Zero;
        }
    }
}
