namespace Coordination.Recipes;

/// <summary>
/// Lets parties begin together, and end together. The keys are those of etcd's DoubleBarrier recipe: <c>NAME/waiters/LEASE</c> for each
/// party and <c>NAME/ready</c>. A party that dies before all are there is not counted; one that dies after that counts as having left. Any
/// thread.
/// </summary>
public sealed class DoubleBarrier
{
    private readonly CoordinationNamespace _store;
    private readonly Key _waiters;
    private readonly Key _ready;
    private readonly int _parties;
    private readonly TimeSpan _timeToLive;

    /// <summary>A barrier of that name. Nothing happens in the store.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="name">What it is called. Keys that begin with it and a slash belong to it.</param>
    /// <param name="parties">How many begin together; above 0.</param>
    /// <param name="timeToLive">How long a party that died is waited for at the end; null for 15 seconds.</param>
    public DoubleBarrier(CoordinationNamespace store, Key name, int parties, TimeSpan? timeToLive = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parties);
        _store = store;
        var prefix = RecipeName.Prefix(name);
        _waiters = prefix.Append("waiters/");
        _ready = prefix.Append("ready");
        _parties = parties;
        _timeToLive = timeToLive ?? LockOptions.Default.TimeToLive;
    }

    /// <summary>Waits until all parties are there.</summary>
    /// <param name="cancellationToken">Ends the wait: this party is not there any more.</param>
    /// <returns>The way out.</returns>
    /// <exception cref="LockLostException">The lease of this party ended during the wait.</exception>
    /// <exception cref="UnavailableException">No server granted a lease in time.</exception>
    public async Task<BarrierPass> EnterAsync(CancellationToken cancellationToken = default)
    {
        var session = await _store.Leases.OpenSessionAsync(_timeToLive, cancellationToken).ConfigureAwait(false);
        var key = _waiters.Append(session.Id.ToString());
        var isIn = false;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.LostToken);

            // The first of a round takes away what a round before left when its last party died.
            var arrival = Operation.Put(key, "", new PutOptions { Lease = session.Id });
            await Repeat.UntilAnsweredAsync(
                _store.KeyValues.When(Condition.NoneOf(KeyRange.Prefix(_waiters)))
                    .Then(arrival, Operation.Delete(_ready)).Else(arrival).CommitAsync,
                limit.Token).ConfigureAwait(false);
            await AwaitOthersAsync(limit.Token).ConfigureAwait(false);
            isIn = true;
            return new BarrierPass(_store, _waiters, key, _ready, session);
        }
        catch (Exception failure) when (
            !cancellationToken.IsCancellationRequested && failure is LeaseNotFoundException or OperationCanceledException && session.IsLost)
        {
            throw new LockLostException("The lease ended while this party waited for others.");
        }
        finally
        {
            if (!isIn)
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task AwaitOthersAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var change in PrefixFeed.FollowAsync(_store, RecipeName.Parent(_waiters), cancellationToken).ConfigureAwait(false))
        {
            if (change.Changes.Any(key => key.Key == _ready && key.After is not null))
            {
                return;
            }

            count += change.Changes.Where(key => key.Key.StartsWith(_waiters))
                .Sum(key => (key.After is null ? 0 : 1) - (key.Before is null ? 0 : 1));
            if (count >= _parties)
            {
                await Repeat.UntilAnsweredAsync(
                    _store.KeyValues.When(Condition.Missing(_ready)).Then(Operation.Put(_ready, "")).CommitAsync, cancellationToken)
                    .ConfigureAwait(false);
                return;
            }
        }
    }
}
