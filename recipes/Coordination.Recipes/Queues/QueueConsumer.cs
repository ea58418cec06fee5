namespace Coordination.Recipes;

/// <summary>
/// Receives messages of a queue, under one lease for all that it has: when it is lost, so are they. One receives at a time; deliveries are
/// worked on and acknowledged on any thread.
/// </summary>
public sealed class QueueConsumer : IAsyncDisposable
{
    /// <summary>How many messages are looked at to find one that nobody has; more when others have all of them.</summary>
    private const int WindowMin = 16;

    private readonly CoordinationNamespace _store;
    private readonly QueueLayout _keys;
    private readonly QueueOptions _options;
    private LeaseSession? _session;
    private bool _isStarted;

    internal QueueConsumer(CoordinationNamespace store, QueueLayout keys, QueueOptions options)
    {
        _store = store;
        _keys = keys;
        _options = options;
        _isStarted = options.StartWhen is null;
    }

    /// <summary>
    /// Waits for a message and claims it. The wait outlives broken connections, servers that die, and the loss of the lease, which only
    /// takes earlier deliveries.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait. A claim that was under way comes back to the queue with the consumer's end.</param>
    public async Task<Delivery> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        if (!_isStarted)
        {
            await _options.StartWhen!.WaitAsync(_store, cancellationToken).ConfigureAwait(false);
            _isStarted = true;
        }

        while (true)
        {
            var session = await OpenSessionAsync(cancellationToken).ConfigureAwait(false);
            var look = await LookAsync(cancellationToken).ConfigureAwait(false);
            var now = _options.TimeProvider.GetUtcNow();
            if (look.Delayed is { } delayed && QueueLayout.DueOf(delayed.Key) <= now)
            {
                await PromoteAsync(delayed, cancellationToken).ConfigureAwait(false);
            }
            else if (look.Free is { } free)
            {
                if (await FindDeliveryAsync(session, free, cancellationToken).ConfigureAwait(false) is { } delivery)
                {
                    return delivery;
                }
            }
            else
            {
                var due = look.Delayed is { } next ? QueueLayout.DueOf(next.Key) - now : Timeout.InfiniteTimeSpan;
                await AwaitChangeAsync(look.Revision, due, session, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends the consumer: what it has not acknowledged is delivered to others, at once when a server can be reached.</summary>
    public ValueTask DisposeAsync() => _session?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<LeaseSession> OpenSessionAsync(CancellationToken cancellationToken)
    {
        if (_session is null or { IsLost: true })
        {
            if (_session is not null)
            {
                await _session.DisposeAsync().ConfigureAwait(false);
            }

            _session = await Repeat.UntilAnsweredAsync(
                token => _store.Leases.OpenSessionAsync(_options.ConsumerTimeToLive, token), cancellationToken).ConfigureAwait(false);
        }

        return _session;
    }

    /// <summary>The first message that nobody has, and the first that is delayed, at one revision.</summary>
    private async Task<(KeyValue? Free, KeyValue? Delayed, long Revision)> LookAsync(CancellationToken cancellationToken)
    {
        for (var window = WindowMin; ; window *= 2)
        {
            var read = _store.KeyValues.When().Then(
                Operation.GetRange(_keys.Claims, new RangeOptions { Read = new ReadOptions { KeysOnly = true } }),
                Operation.GetRange(_keys.Ready, new RangeOptions { Limit = window }),
                Operation.GetRange(_keys.Delayed, new RangeOptions { Limit = 1 }));
            var answer = await Repeat.UntilAnsweredAsync(read.CommitAsync, cancellationToken).ConfigureAwait(false);
            var claimed = ((RangeResult)answer.Results[0]).KeyValues.Select(key => QueueLayout.SequenceOf(key.Key)).ToHashSet();
            var ready = (RangeResult)answer.Results[1];
            var free = ready.KeyValues.FirstOrDefault(key => !claimed.Contains(QueueLayout.SequenceOf(key.Key)));
            if (free is not null || !ready.HasMore)
            {
                return (free, ((RangeResult)answer.Results[2]).KeyValues is [var first, ..] ? first : null, answer.Revision);
            }
        }
    }

    private Task<TransactionResult> PromoteAsync(KeyValue delayed, CancellationToken cancellationToken)
    {
        var ready = _keys.ReadyKey(QueueLayout.PriorityOf(delayed.Key), QueueLayout.SequenceOf(delayed.Key));
        return Repeat.UntilAnsweredAsync(
            _store.KeyValues.When(Condition.Exists(delayed.Key))
                .Then(Operation.Delete(delayed.Key), Operation.Put(ready, delayed.Value)).CommitAsync,
            cancellationToken);
    }

    /// <summary>Claims a message; null when somebody else was faster, or when it was delivered too often and is put aside.</summary>
    private async Task<Delivery?> FindDeliveryAsync(LeaseSession session, KeyValue message, CancellationToken cancellationToken)
    {
        var sequence = QueueLayout.SequenceOf(message.Key);
        var claim = _keys.ClaimKey(sequence);
        var attempts = _keys.AttemptsKey(sequence);
        Value mark = Guid.NewGuid().ToString("n");
        var claiming = _store.KeyValues
            .When(
                Condition.Missing(claim), Condition.CreateRevision(message.Key, Comparison.Equal, message.CreateRevision))
            .Then(
                Operation.Put(claim, mark, new PutOptions { Lease = session.Id }), Operation.Put(attempts, ""), Operation.Get(attempts),
                Operation.Get(claim))
            .Else(Operation.Get(claim), Operation.Get(attempts), Operation.Get(attempts), Operation.Get(claim));
        TransactionResult claimed;
        try
        {
            claimed = await Repeat.UntilAnsweredAsync(claiming.CommitAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (LeaseNotFoundException)
        {
            // The server has ended the session, and this process will hear of it: on with another.
            await session.DisposeAsync().ConfigureAwait(false);
            return null;
        }

        // Also when it did not succeed: an attempt whose answer was lost may have.
        if (((GetResult)claimed.Results[3]).KeyValue is not { } own || own.Value != mark)
        {
            return null;
        }

        var deliveries = ((GetResult)claimed.Results[2]).KeyValue?.Version ?? 1;
        var place = new Place(claim, own.CreateRevision);
        var delivery = new Delivery(_store, _keys, session, message, place, deliveries, _options.TimeProvider);
        if (deliveries <= _options.DeliveriesMax)
        {
            return delivery;
        }

        try
        {
            await delivery.GiveUpAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LockLostException)
        {
            // Whoever claims it next puts it aside.
        }

        return null;
    }

    /// <summary>Waits until something has changed in the queue, a delay is over, or the session is lost.</summary>
    private async Task AwaitChangeAsync(long revision, TimeSpan due, LeaseSession session, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(due, _options.TimeProvider);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.LostToken, timer.Token);
        try
        {
            var options = new WatchOptions { StartRevision = revision + 1 };
            await foreach (var batch in _store.Watches.WatchRangeAsync(_keys.All, options, limit.Token).ConfigureAwait(false))
            {
                if (batch.Events.Any(change => change.Kind == WatchEventKind.Put
                    ? _keys.Ready.Contains(change.KeyValue.Key) || _keys.Delayed.Contains(change.KeyValue.Key)
                    : _keys.Claims.Contains(change.KeyValue.Key)))
                {
                    return;
                }
            }
        }
        catch (CompactedException)
        {
            // Look at what is.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It is time to look again.
        }
    }
}
