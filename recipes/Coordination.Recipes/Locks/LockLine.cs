namespace Coordination.Recipes;

/// <summary>
/// Acquires and releases one kind of lock: takes a place in a line for a session, waits for its turn, and makes sure that neither is left
/// behind when that fails. Keeps no state: any thread.
/// </summary>
/// <param name="store">Where the line is.</param>
/// <param name="entrance">What the keys of this kind of participant begin with; the lease follows.</param>
/// <param name="line">Whom they wait for.</param>
/// <param name="options">How the lock is held.</param>
/// <param name="delay">What keeps a lock closed after it was lost; null for locks that do not know such a thing.</param>
internal sealed class LockLine(CoordinationNamespace store, Key entrance, WaitingLine line, LockOptions options, LockDelay? delay = null)
{
    /// <summary>How long somebody who does not wait any more waits for the answer to that.</summary>
    private static readonly TimeSpan LeaveMax = TimeSpan.FromSeconds(10);

    /// <summary>On a session of its own, which ends with the handle; a wait whose session is lost begins anew.</summary>
    /// <param name="value">What the key holds.</param>
    /// <param name="cancellationToken">Ends the wait and leaves the line.</param>
    public async Task<LockHandle> AcquireAsync(Value value, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await AcquireInSessionOfItsOwnAsync(value, isPatient: true, cancellationToken).ConfigureAwait(false) is { } handle)
            {
                return handle;
            }
        }
    }

    public async Task<LockHandle?> TryAcquireAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout <= TimeSpan.Zero)
        {
            return await AcquireInSessionOfItsOwnAsync(default, isPatient: false, cancellationToken).ConfigureAwait(false);
        }

        using var timer = new CancellationTokenSource(timeout, options.TimeProvider);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await AcquireAsync(default, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>On a session of the caller's.</summary>
    /// <param name="session">The session.</param>
    /// <param name="mark">What the key holds, and what tells an own attempt whose answer was lost from somebody else's place.</param>
    /// <param name="cancellationToken">Ends the wait and leaves the line.</param>
    /// <exception cref="LockLostException">The session was lost during the wait.</exception>
    public async Task<LockHandle> AcquireInSessionAsync(LeaseSession session, Value mark, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // A place that was asked for and then given up could still come about, and block the line for as long as the session lives.
            // So this waits for the answer, also when the caller has lost interest.
            var (place, existing, turn) = await line.EnterAsync(
                KeyOf(session.Id), mark, session.Id, session.LostToken, session.LostToken).ConfigureAwait(false);
            if (existing is not null && existing.Value != mark)
            {
                throw new InvalidOperationException("This session has it, or waits for it, already.");
            }

            return await AwaitOrLeaveAsync(session, place, turn, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsLoss(failure, session, cancellationToken))
        {
            throw new LockLostException("The session was lost during the wait for the lock.");
        }
    }

    /// <summary>
    /// For a lease that somebody else keeps. Doing it again gives the same place, and the key that was there before. Also tells the
    /// revision at which it was the place's turn.
    /// </summary>
    /// <param name="lease">The lease.</param>
    /// <param name="value">What the key holds if it is made now.</param>
    /// <param name="cancellationToken">Ends the wait and leaves the line.</param>
    /// <exception cref="LockLostException">The lease ended during the wait.</exception>
    public async Task<(Place Place, KeyValue? Existing, long Revision)> AcquireForLeaseAsync(
        LeaseId lease, Value value, CancellationToken cancellationToken)
    {
        var (place, existing, turn) = await line.EnterAsync(
            KeyOf(lease), value, lease, CancellationToken.None, cancellationToken).ConfigureAwait(false);
        try
        {
            if (!turn.IsCome)
            {
                turn = await line.AwaitTurnAsync(place, cancellationToken).ConfigureAwait(false);
            }

            // Whoever has left would not learn that it has the lock.
            cancellationToken.ThrowIfCancellationRequested();
            return (place, existing, turn.Revision);
        }
        catch (Exception failure) when (existing is null && failure is not LockLostException)
        {
            using var limit = new CancellationTokenSource(LeaveMax, options.TimeProvider);
            await line.LeaveAsync(place, limit.Token).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Null when it is not this participant's turn and it is impatient, or when the session was lost: whoever waits begins anew.
    /// </summary>
    private async Task<LockHandle?> AcquireInSessionOfItsOwnAsync(Value value, bool isPatient, CancellationToken cancellationToken)
    {
        var session = await store.Leases.OpenSessionAsync(options.TimeToLive, cancellationToken).ConfigureAwait(false);
        var isHeld = false;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.LostToken);
            var (place, _, turn) = await line.EnterAsync(
                KeyOf(session.Id), value, session.Id, limit.Token, limit.Token).ConfigureAwait(false);
            if (!isPatient && turn.IsCome && delay is not null && turn.Note is not null)
            {
                await delay.BeginEndAsync(turn.Note, limit.Token).ConfigureAwait(false);
                return null;
            }

            if (!isPatient && !turn.IsCome)
            {
                return null;
            }

            var handle = await AwaitAsync(session, place, turn, () => ReleaseWithSessionAsync(session, place), limit.Token)
                .ConfigureAwait(false);
            isHeld = true;
            return handle;
        }
        catch (Exception failure) when (IsLoss(failure, session, cancellationToken))
        {
            return null;
        }
        finally
        {
            if (!isHeld)
            {
                // Revokes the lease: the place goes with it, also one that comes about only after the request for it was given up.
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<LockHandle> AwaitOrLeaveAsync(LeaseSession session, Place place, Turn turn, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.LostToken);
        try
        {
            return await AwaitAsync(session, place, turn, () => ReleasePlaceAsync(session, place), limit.Token).ConfigureAwait(false);
        }
        catch
        {
            await ReleasePlaceAsync(session, place).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<LockHandle> AwaitAsync(
        LeaseSession session, Place place, Turn turn, Func<ValueTask> release, CancellationToken cancellationToken)
    {
        if (!turn.IsCome)
        {
            turn = await line.AwaitTurnAsync(place, cancellationToken).ConfigureAwait(false);
        }

        if (delay is not null && turn.Note is not null)
        {
            await delay.BeginEndAsync(turn.Note, cancellationToken).ConfigureAwait(false);
            await delay.AwaitEndAsync(cancellationToken).ConfigureAwait(false);
            await line.LookAsync(place, cancellationToken).ConfigureAwait(false);
        }

        if (delay is not null)
        {
            await delay.BeginTenureAsync(place, cancellationToken).ConfigureAwait(false);
        }

        // The server said that the key is there; what it does not know is whether this process has slept since.
        return session.IsLost
            ? throw new LockLostException("The session was lost while the lock was acquired.")
            : new LockHandle(store, session, place, release);
    }

    private async ValueTask ReleaseWithSessionAsync(LeaseSession session, Place place)
    {
        if (delay is { LeavesNote: true })
        {
            await ReleasePlaceAsync(session, place).ConfigureAwait(false);
        }

        await session.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask ReleasePlaceAsync(LeaseSession session, Place place)
    {
        try
        {
            await (delay is { LeavesNote: true }
                ? delay.EndTenureAsync(place, session.LostToken)
                : line.LeaveAsync(place, session.LostToken)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is CoordinationException or OperationCanceledException or ObjectDisposedException)
        {
            // The session is lost, or about to be: the place goes with its lease.
        }
    }

    private static bool IsLoss(Exception failure, LeaseSession session, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && (failure is LockLostException or LeaseNotFoundException || (failure is OperationCanceledException && session.IsLost));

    private Key KeyOf(LeaseId lease) => entrance.Append(lease.ToString());
}
