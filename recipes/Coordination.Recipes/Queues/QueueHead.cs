namespace Coordination.Recipes;

/// <summary>
/// The end of a queue where messages come out: finds the first that nobody has, waits for one, and claims it for a lease. Keeps no state
/// between calls: for consumers with a session, and for callers whose lease somebody else keeps alive. Any thread.
/// </summary>
internal sealed class QueueHead(CoordinationNamespace store, QueueLayout keys, QueueOptions options)
{
    /// <summary>How many messages are looked at to find one that nobody has; more when others have all of them.</summary>
    private const int WindowMin = 16;

    /// <summary>Timers count in milliseconds, and not for ever: whoever waits longer looks in between.</summary>
    private static readonly TimeSpan TimerMax = TimeSpan.FromDays(1);

    /// <summary>
    /// Claims the first message that nobody has; waits for one if there is none, and answers null when that takes too long. The wait
    /// outlives broken connections and servers that die.
    /// </summary>
    /// <param name="getLease">Gives the lease when there is a message to claim; asked again for every attempt.</param>
    /// <param name="waitMax">How long to wait for a message.</param>
    /// <param name="cancellationToken">Ends the wait. A claim that was under way ends with its lease.</param>
    /// <exception cref="LeaseNotFoundException">The lease does not exist.</exception>
    public async Task<ClaimedMessage?> ClaimAsync(
        Func<CancellationToken, ValueTask<LeaseId>> getLease, TimeSpan waitMax, CancellationToken cancellationToken)
    {
        var began = options.TimeProvider.GetTimestamp();
        while (true)
        {
            var look = await LookAsync(cancellationToken).ConfigureAwait(false);
            var now = options.TimeProvider.GetUtcNow();
            if (look.Delayed is { } delayed && QueueLayout.DueOf(delayed.Key) <= now)
            {
                await PromoteAsync(delayed, cancellationToken).ConfigureAwait(false);
            }
            else if (look.Free is { } free)
            {
                var lease = await getLease(cancellationToken).ConfigureAwait(false);
                if (await FindClaimAsync(lease, free, cancellationToken).ConfigureAwait(false) is { } claimed)
                {
                    return claimed;
                }
            }
            else
            {
                var wait = waitMax == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : waitMax - options.TimeProvider.GetElapsedTime(began);
                if (wait <= TimeSpan.Zero)
                {
                    return null;
                }

                var due = look.Delayed is { } next ? QueueLayout.DueOf(next.Key) - now : TimeSpan.MaxValue;
                await AwaitChangeAsync(look.Revision, due < wait ? due : wait, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The first message that nobody has, and the first that is delayed, at one revision.</summary>
    private async Task<(KeyValue? Free, KeyValue? Delayed, long Revision)> LookAsync(CancellationToken cancellationToken)
    {
        for (var window = WindowMin; ; window *= 2)
        {
            var read = store.KeyValues.When().Then(
                Operation.GetRange(keys.Claims, new RangeOptions { Read = new ReadOptions { KeysOnly = true } }),
                Operation.GetRange(keys.Ready, new RangeOptions { Limit = window }),
                Operation.GetRange(keys.Delayed, new RangeOptions { Limit = 1 }));
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
        var ready = keys.ReadyKey(QueueLayout.PriorityOf(delayed.Key), QueueLayout.SequenceOf(delayed.Key));
        return Repeat.UntilAnsweredAsync(
            store.KeyValues.When(Condition.Exists(delayed.Key))
                .Then(Operation.Delete(delayed.Key), Operation.Put(ready, delayed.Value)).CommitAsync,
            cancellationToken);
    }

    /// <summary>Claims a message; null when somebody else was faster, or when it was delivered too often and is put aside.</summary>
    private async Task<ClaimedMessage?> FindClaimAsync(LeaseId lease, KeyValue message, CancellationToken cancellationToken)
    {
        var sequence = QueueLayout.SequenceOf(message.Key);
        var key = keys.ClaimKey(sequence);
        var attempts = keys.AttemptsKey(sequence);
        Value mark = Guid.NewGuid().ToString("n");
        var claiming = store.KeyValues
            .When(
                Condition.Missing(key), Condition.CreateRevision(message.Key, Comparison.Equal, message.CreateRevision))
            .Then(
                Operation.Put(key, mark, new PutOptions { Lease = lease }), Operation.Put(attempts, ""), Operation.Get(attempts),
                Operation.Get(key))
            .Else(Operation.Get(key), Operation.Get(attempts), Operation.Get(attempts), Operation.Get(key));
        var claimed = await Repeat.UntilAnsweredAsync(claiming.CommitAsync, cancellationToken).ConfigureAwait(false);

        // Also when it did not succeed: an attempt whose answer was lost may have.
        if (((GetResult)claimed.Results[3]).KeyValue is not { } own || own.Value != mark)
        {
            return null;
        }

        var deliveries = ((GetResult)claimed.Results[2]).KeyValue?.Version ?? 1;
        var claim = new QueueClaim(store, keys, message.Key, new Place(key, own.CreateRevision));
        if (deliveries <= options.DeliveriesMax)
        {
            return new ClaimedMessage(claim, message.Value, deliveries);
        }

        // When the claim is over already, whoever claims it next puts it aside.
        await Repeat.UntilAnsweredAsync(claim.GiveUp(message.Value).CommitAsync, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>Waits until something has changed in the queue, or a time is over.</summary>
    private async Task AwaitChangeAsync(long revision, TimeSpan waitMax, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(
            waitMax < TimerMax ? TimeSpan.FromMilliseconds(Math.Ceiling(waitMax.TotalMilliseconds)) : TimerMax, options.TimeProvider);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            var watch = new WatchOptions { StartRevision = revision + 1 };
            await foreach (var batch in store.Watches.WatchRangeAsync(keys.All, watch, limit.Token).ConfigureAwait(false))
            {
                if (batch.Events.Any(change => change.Kind == WatchEventKind.Put
                    ? keys.Ready.Contains(change.KeyValue.Key) || keys.Delayed.Contains(change.KeyValue.Key)
                    : keys.Claims.Contains(change.KeyValue.Key)))
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
