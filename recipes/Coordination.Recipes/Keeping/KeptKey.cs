namespace Coordination.Recipes;

/// <summary>
/// A key on a lease that is to hold what its owner wants, until this is disposed of. One loop brings the store to it: it writes when the
/// owner wants something else, and writes anew on another lease when the one that the key was on is lost, be it by a long pause of the
/// process, by a partition, or because somebody revoked it. Owners call it on any thread.
/// </summary>
internal sealed class KeptKey(CoordinationNamespace store, Key key, TimeSpan timeToLive) : IAsyncDisposable
{
    private static readonly TimeSpan RefusedDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _changed = new(0);
    private List<TaskCompletionSource> _waiting = [];
    private Value? _wanted;
    private LeaseSession? _session;
    private Task _loop = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>Writes for the first time, and keeps written from then on. Replaces what the key holds.</summary>
    public async Task StartAsync(Value first, CancellationToken cancellationToken)
    {
        _wanted = first;
        _session = await store.Leases.OpenSessionAsync(timeToLive, cancellationToken).ConfigureAwait(false);
        try
        {
            await store.KeyValues.PutAsync(key, first, new PutOptions { Lease = _session.Id }, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await _session.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _loop = KeepAsync(_session, first);
    }

    /// <summary>Wants something else, null for no key. Nobody waits for it; without effect after the end.</summary>
    public void Want(Value? wanted)
    {
        lock (_lock)
        {
            _wanted = wanted;
        }

        _changed.Release();
    }

    /// <summary>Wants something else, and waits until it is in the store.</summary>
    /// <exception cref="ObjectDisposedException">The key is kept no more.</exception>
    public async Task WriteAsync(Value? wanted, CancellationToken cancellationToken)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _wanted = wanted;
            _waiting.Add(written);
        }

        _changed.Release();
        await written.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the key away, at once or with its lease.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Take().Waiting.ForEach(waiter => waiter.TrySetException(new ObjectDisposedException(nameof(KeptKey))));
        if (_session is not null)
        {
            await _session.DisposeAsync().ConfigureAwait(false);
        }
    }

    private (Value? Wanted, List<TaskCompletionSource> Waiting) Take()
    {
        lock (_lock)
        {
            (var waiting, _waiting) = (_waiting, []);
            return (_wanted, waiting);
        }
    }

    private async Task KeepAsync(LeaseSession session, Value? written)
    {
        while (true)
        {
            using (var wake = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, session.LostToken))
            {
                await _changed.WaitAsync(wake.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            _stop.Token.ThrowIfCancellationRequested();
            var (wanted, waiting) = Take();
            try
            {
                // Several signals may ask for what the write before has done.
                if (wanted != written || session.IsLost)
                {
                    session = await WriteAsync(session, wanted).ConfigureAwait(false);
                    written = wanted;
                }

                waiting.ForEach(waiter => waiter.TrySetResult());
            }
            catch (CoordinationException refusal)
            {
                // The store is full, or the user may not: that can pass.
                waiting.ForEach(waiter => waiter.TrySetException(refusal));
                await Task.Delay(RefusedDelay, _stop.Token).ConfigureAwait(false);
                _changed.Release();
            }
        }
    }

    /// <summary>Writes until it is done; on another session when the present one is lost.</summary>
    private async Task<LeaseSession> WriteAsync(LeaseSession session, Value? wanted)
    {
        while (!await TryWriteAsync(session, wanted).ConfigureAwait(false))
        {
            // Ends the lease for certain, so that it takes nothing away later.
            await session.DisposeAsync().ConfigureAwait(false);
            session = await Repeat.UntilAnsweredAsync(
                token => store.Leases.OpenSessionAsync(timeToLive, token), _stop.Token).ConfigureAwait(false);
            _session = session;
        }

        return session;
    }

    /// <summary>False when the session is lost.</summary>
    private async Task<bool> TryWriteAsync(LeaseSession session, Value? wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, session.LostToken);
        try
        {
            // What somebody else has put there since is overwritten, but not deleted.
            var write = wanted is { } value
                ? store.KeyValues.When().Then(Operation.Put(key, value, new PutOptions { Lease = session.Id }))
                : store.KeyValues.When(Condition.Lease(key, session.Id)).Then(Operation.Delete(key));
            await Repeat.UntilAnsweredAsync(write.CommitAsync, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is LeaseNotFoundException or OperationCanceledException)
        {
            _stop.Token.ThrowIfCancellationRequested();
            return false;
        }
    }
}
