namespace Coordination.Recipes;

/// <summary>
/// A message that a consumer has, until it says what becomes of it: acknowledged, released, or given up. To dispose of it without a word
/// releases it. Any thread.
/// </summary>
public sealed class Delivery : IAsyncDisposable
{
    private readonly CoordinationNamespace _store;
    private readonly QueueLayout _keys;
    private readonly LeaseSession _session;
    private readonly KeyValue _message;
    private readonly Place _claim;
    private readonly TimeProvider _time;
    private int _isSettled;

    internal Delivery(
        CoordinationNamespace store, QueueLayout keys, LeaseSession session, KeyValue message, Place claim, long attempt, TimeProvider time)
    {
        _store = store;
        _keys = keys;
        _session = session;
        _message = message;
        _claim = claim;
        _time = time;
        Attempt = attempt;
        Sequence = QueueLayout.SequenceOf(message.Key);
    }

    /// <summary>The number of the message.</summary>
    public long Sequence { get; }

    /// <summary>What it says.</summary>
    public Value Body => _message.Value;

    /// <summary>Its priority.</summary>
    public byte Priority => QueueLayout.PriorityOf(_message.Key);

    /// <summary>How often it has been delivered, this time included.</summary>
    public long Attempt { get; }

    /// <summary>Grows with every delivery of the message: for what is done for it in other places.</summary>
    public FencingToken Token => new(_claim.Revision);

    /// <summary>Cancelled when the message may be delivered to somebody else; before it can have been.</summary>
    public CancellationToken LostToken => _session.LostToken;

    /// <summary>
    /// That this consumer has the message, as a condition for transactions of the namespace of the queue: what is written under it is
    /// written by one delivery only.
    /// </summary>
    public Condition IsHeld => _claim.IsKept;

    /// <summary>
    /// The work is done: the message is gone for good. Goes on until a server answers, or the lease is lost.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <exception cref="LockLostException">This consumer has the message no more: it is, or will be, delivered again.</exception>
    public Task AcknowledgeAsync(CancellationToken cancellationToken = default) => SettleAsync([], cancellationToken);

    /// <summary>The work was not done: the message goes back to its place in the queue, or comes back after a time.</summary>
    /// <param name="delay">How long it is kept back.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <exception cref="LockLostException">This consumer has the message no more: it is, or will be, delivered again.</exception>
    public Task ReleaseAsync(TimeSpan delay = default, CancellationToken cancellationToken = default) => delay > TimeSpan.Zero
        ? SettleAsync(
            [Operation.Put(_keys.DelayedKey(_time.GetUtcNow() + delay, Priority, Sequence), Body)], cancellationToken, isOver: false)
        : CommitAsync(
            _store.KeyValues.When(IsHeld).Then(Operation.Delete(_claim.Key)).Else(Operation.Get(_message.Key)), cancellationToken);

    /// <summary>The work cannot be done: the message is put aside as a dead letter.</summary>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <exception cref="LockLostException">This consumer has the message no more: it is, or will be, delivered again.</exception>
    public Task GiveUpAsync(CancellationToken cancellationToken = default) =>
        SettleAsync([Operation.Put(_keys.DeadKey(Sequence), Body)], cancellationToken);

    /// <summary>Releases the message unless something else was said. Never throws.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Volatile.Read(ref _isSettled) == 0)
        {
            try
            {
                await ReleaseAsync(cancellationToken: CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is LockLostException or CoordinationException or OperationCanceledException)
            {
                // It comes back by itself.
            }
        }
    }

    private Task SettleAsync(Operation[] instead, CancellationToken cancellationToken, bool isOver = true)
    {
        var settling = _store.KeyValues.When(IsHeld)
            .Then([Operation.Delete(_message.Key), Operation.Delete(_claim.Key), .. instead])
            .Else(Operation.Get(_message.Key));
        return CommitAsync(isOver ? settling.Then(Operation.Delete(_keys.AttemptsKey(Sequence))) : settling, cancellationToken);
    }

    private async Task CommitAsync(Transaction settling, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _session.LostToken);
        try
        {
            var settled = await Repeat.UntilAnsweredAsync(settling.CommitAsync, limit.Token).ConfigureAwait(false);

            // When the claim is gone and the message too, it was done: by an attempt whose answer was lost, if not by another consumer.
            if (settled.Succeeded || ((GetResult)settled.Results[0]).KeyValue is null)
            {
                Volatile.Write(ref _isSettled, 1);
                return;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The lease was lost.
        }

        Volatile.Write(ref _isSettled, 1);
        throw new LockLostException("The consumer has the message no more: it is delivered again.");
    }
}
