namespace Coordination.Client;

/// <summary>A state of a cache, how it came about, and who waits for the next.</summary>
/// <param name="snapshot">The keys.</param>
/// <param name="before">The keys in the state before; null for the first one.</param>
/// <param name="changes">How they differ.</param>
internal sealed class CacheState(CacheSnapshot snapshot, CacheSnapshot? before, IReadOnlyList<CacheChange> changes)
{
    private readonly TaskCompletionSource _superseded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CacheSnapshot Snapshot => snapshot;

    /// <summary>Ends when there is another state, and with an exception when there never will be.</summary>
    public Task NextAsync(CancellationToken cancellationToken) => _superseded.Task.WaitAsync(cancellationToken);

    /// <summary>How this state differs from one that was seen, whatever was missed in between.</summary>
    public IReadOnlyList<CacheChange> Since(CacheSnapshot seen) =>
        ReferenceEquals(seen, before) ? changes : ReferenceEquals(seen, snapshot) ? [] : snapshot.Since(seen);

    public void Supersede() => _superseded.TrySetResult();

    public void End(Exception reason)
    {
        // Nobody may be waiting, and then nobody wants to hear of it.
        _superseded.TrySetException(reason);
        _ = _superseded.Task.Exception;
    }
}
