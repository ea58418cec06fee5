namespace Coordination.Recipes;

/// <summary>
/// A lock that is held, until it is disposed of or lost. Any thread.
/// <para>
/// <b>What holds.</b> While <see cref="IsLost"/> is false, the server keeps everybody else out: the lease is renewed in the background, and
/// counts as lost here, by the local clock, before any server can have let it expire. So it is also when this process is paused, when it is
/// cut off, and when the server's leader changes, which renews leases. <b>What does not:</b> between asking and acting the process can be
/// paused for longer than the lease lives. What must never happen twice is done through <see cref="WriteAsync"/>, or by a resource that
/// checks <see cref="Token"/>. When somebody deletes the lock's key by hand, only those two notice.
/// </para>
/// </summary>
public sealed class LockHandle : IAsyncDisposable
{
    private readonly CoordinationNamespace _store;
    private readonly LeaseSession _session;
    private readonly Place _place;
    private readonly Func<ValueTask> _release;
    private int _isReleased;

    internal LockHandle(CoordinationNamespace store, LeaseSession session, Place place, Func<ValueTask> release)
    {
        _store = store;
        _session = session;
        _place = place;
        _release = release;
    }

    /// <summary>The key that stands for this holder.</summary>
    public Key Key => _place.Key;

    /// <summary>Larger than that of every holder before.</summary>
    public FencingToken Token => new(_place.Revision);

    /// <summary>
    /// Cancelled when the lock cannot be relied on any more, before any server can have given it to somebody else; after a pause of this
    /// process, as soon as it runs again. Also cancelled by the release, unless the lock is on a lease of the caller's.
    /// </summary>
    public CancellationToken LostToken => _session.LostToken;

    /// <summary>True when the lock is released, or cannot be relied on any more.</summary>
    public bool IsLost => Volatile.Read(ref _isReleased) != 0 || _session.IsLost;

    /// <summary>How long the lock can be relied on if the server is not heard of any more; zero when it is lost.</summary>
    public TimeSpan Remaining => IsLost ? TimeSpan.Zero : _session.Remaining;

    /// <summary>
    /// That the lock is held, as a condition for transactions of the namespace that the lock was made on: with it, a holder whose time is
    /// over changes nothing, whatever it believes. The transaction's keys and the lock's have to be in one partition.
    /// </summary>
    public Condition IsHeld => _place.IsKept;

    /// <summary>Changes keys if the lock is held at that moment, by the server's own judgement, and changes nothing otherwise.</summary>
    /// <param name="operations">What is done, at one revision.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <exception cref="LockLostException">The lock is not held. Nothing was changed.</exception>
    /// <exception cref="OutcomeUnknownException">
    /// Nobody knows whether it was done. If it was, or will be, then while the lock was held.
    /// </exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public async Task<TransactionResult> WriteAsync(IReadOnlyList<Operation> operations, CancellationToken cancellationToken = default)
    {
        var result = await _store.KeyValues.When(IsHeld).Then([.. operations]).CommitAsync(cancellationToken).ConfigureAwait(false);
        return result.Succeeded
            ? result
            : throw new LockLostException($"The token {Token.Value} is stale: the lock is not held any more, and nothing was written.");
    }

    /// <summary>Writes a key if the lock is held; see <see cref="WriteAsync"/>.</summary>
    /// <param name="key">The key, in the namespace that the lock was made on.</param>
    /// <param name="value">What it shall hold.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <exception cref="LockLostException">The lock is not held. Nothing was changed.</exception>
    public Task PutAsync(Key key, Value value, CancellationToken cancellationToken = default) =>
        WriteAsync([Operation.Put(key, value)], cancellationToken);

    /// <summary>
    /// Releases the lock, so that the next in line has it. When no server can be reached it is released by the end of the lease. Never
    /// throws because of that; doing it again does nothing.
    /// </summary>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _isReleased, 1) == 0 ? _release() : ValueTask.CompletedTask;
}
