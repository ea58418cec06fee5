using System.Text.Json;

namespace Coordination.Recipes;

/// <summary>
/// Keeps a lock closed for a while after it was lost. A holder leaves a note beside the line, on no lease, and takes it away when it
/// releases the lock: whoever finds the note of a holder before it knows that this one did not, and waits. The note says how long.
/// </summary>
internal sealed class LockDelay(CoordinationNamespace store, Key noteKey, TimeSpan delay, TimeProvider time)
{
    /// <summary>True when holders leave notes, and not only mind those of others.</summary>
    public bool LeavesNote => delay > TimeSpan.Zero;

    public static bool IsOver(KeyValue? note) => note is null;

    public Task AwaitEndAsync(KeyValue note, CancellationToken cancellationToken) => Task.Delay(Read(note), time, cancellationToken);

    /// <summary>Replaces the note of the holder before by one's own.</summary>
    /// <exception cref="LockLostException">The place is gone.</exception>
    public async Task BeginTenureAsync(Place place, KeyValue? note, CancellationToken cancellationToken)
    {
        if (!LeavesNote && note is null)
        {
            return;
        }

        var change = LeavesNote
            ? Operation.Put(noteKey, JsonSerializer.Serialize(
                new LockDelayNote(place.Revision, (long)delay.TotalMilliseconds), RecipesJson.Default.LockDelayNote))
            : Operation.Delete(noteKey);
        var changed = await Repeat.UntilAnsweredAsync(
            store.KeyValues.When(place.IsKept).Then(change).CommitAsync, cancellationToken).ConfigureAwait(false);
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
