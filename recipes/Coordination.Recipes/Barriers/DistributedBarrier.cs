namespace Coordination.Recipes;

/// <summary>
/// Something that holds everybody up until it is lifted: a key, closed while it exists, as in etcd's Barrier recipe. Whoever waits goes
/// through when it was open for a moment. Any thread.
/// </summary>
/// <param name="store">Where it is.</param>
/// <param name="key">The key.</param>
public sealed class DistributedBarrier(CoordinationNamespace store, Key key)
{
    /// <summary>Closes it.</summary>
    /// <param name="lease">
    /// A lease that opens it again with its end, so that it is not closed for ever when nobody lifts it; or none.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>False when it was closed already.</returns>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public async Task<bool> CloseAsync(LeaseId lease = default, CancellationToken cancellationToken = default)
    {
        var closed = await store.KeyValues.When(Condition.Missing(key)).Then(Operation.Put(key, "", new PutOptions { Lease = lease }))
            .CommitAsync(cancellationToken).ConfigureAwait(false);
        return closed.Succeeded;
    }

    /// <summary>Opens it, and lets everybody through.</summary>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public Task LiftAsync(CancellationToken cancellationToken = default) =>
        store.KeyValues.DeleteAsync(key, cancellationToken: cancellationToken);

    /// <summary>Waits until it is open, through broken connections and restarts.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitAsync(CancellationToken cancellationToken = default) =>
        KeyWait.UntilAsync(store, key, present => present is null, cancellationToken);
}
