namespace Coordination.Recipes;

/// <summary>
/// The office of the leader, until it is resigned or lost. Any thread.
/// <para>
/// <b>What holds.</b> While <see cref="IsLost"/> is false nobody else leads: the lease is renewed in the background, and counts as lost
/// here, by the local clock, before any server can have let it expire; a change of the servers' leader renews it. <b>What does not:</b> a
/// process that is paused between asking and acting may act after its time. What only a leader may do is done through
/// <see cref="WriteAsync"/>, or by a resource that checks <see cref="Epoch"/>. When somebody deletes the leader's key by hand, only those
/// two notice.
/// </para>
/// </summary>
public sealed class Leadership : IAsyncDisposable
{
    private readonly CoordinationNamespace _store;
    private readonly LockHandle _handle;

    internal Leadership(CoordinationNamespace store, LockHandle handle)
    {
        _store = store;
        _handle = handle;
    }

    /// <summary>The key that stands for this leader.</summary>
    public Key Candidate => _handle.Key;

    /// <summary>Larger than that of every leader before: the fencing token of this leadership.</summary>
    public FencingToken Epoch => _handle.Token;

    /// <summary>
    /// Cancelled when the leadership cannot be relied on any more, before any server can have let another lead; after a pause of this
    /// process, as soon as it runs again. Also cancelled by resignation, unless the leadership is on a lease of the caller's.
    /// </summary>
    public CancellationToken LostToken => _handle.LostToken;

    /// <summary>True when the leadership is resigned, or cannot be relied on any more.</summary>
    public bool IsLost => _handle.IsLost;

    /// <summary>How long the leadership can be relied on if the server is not heard of any more; zero when it is lost.</summary>
    public TimeSpan Remaining => _handle.Remaining;

    /// <summary>That this leader leads, as a condition for transactions of the namespace that the election was made on.</summary>
    public Condition IsLeader => _handle.IsHeld;

    /// <summary>Tells observers something else, without giving up the office.</summary>
    /// <param name="proposal">What they shall see.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <exception cref="LockLostException">This leader does not lead any more. Nothing was changed.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public Task ProclaimAsync(Value proposal, CancellationToken cancellationToken = default) =>
        WriteAsync([Operation.Put(Candidate, proposal, new PutOptions { KeepLease = true })], cancellationToken);

    /// <summary>Changes keys if this leader leads at that moment, by the server's own judgement, and changes nothing otherwise.</summary>
    /// <param name="operations">What is done, at one revision. Their keys and the election's have to be in one partition.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <exception cref="LockLostException">This leader does not lead any more. Nothing was changed.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done. If it was, or will be, then while it led.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public async Task<TransactionResult> WriteAsync(IReadOnlyList<Operation> operations, CancellationToken cancellationToken = default)
    {
        var result = await _store.KeyValues.When(IsLeader).Then([.. operations]).CommitAsync(cancellationToken).ConfigureAwait(false);
        return result.Succeeded
            ? result
            : throw new LockLostException($"The epoch {Epoch.Value} is over: somebody else may lead, and nothing was written.");
    }

    /// <summary>
    /// Resigns, so that the next candidate leads. When no server can be reached the end of the lease does it. Never throws because of that;
    /// doing it again does nothing.
    /// </summary>
    public ValueTask DisposeAsync() => _handle.DisposeAsync();
}
