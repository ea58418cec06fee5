namespace Coordination.Recipes;

/// <summary>
/// That somebody has a message: a key on that consumer's lease, beside the message. Whoever knows both keys can say what becomes of the
/// message, in any process; each way is a transaction that fails when the claim is over. Immutable.
/// </summary>
/// <param name="Store">Where the queue is.</param>
/// <param name="Keys">The keys of the queue.</param>
/// <param name="Message">The key of the message.</param>
/// <param name="Place">The key of the claim.</param>
internal sealed record QueueClaim(CoordinationNamespace Store, QueueLayout Keys, Key Message, Place Place)
{
    public long Sequence => QueueLayout.SequenceOf(Message);

    public byte Priority => QueueLayout.PriorityOf(Message);

    /// <summary>True when the message is settled as the transaction says.</summary>
    /// <remarks>
    /// When the claim is gone and the message too, it was done: by an attempt whose answer was lost, if not by another consumer.
    /// </remarks>
    public static bool IsSettled(TransactionResult settling) =>
        settling.Succeeded || ((GetResult)settling.Results[0]).KeyValue is null;

    /// <summary>The lease that the claim hangs on, and what the message says; null when the claim is over.</summary>
    public async Task<(LeaseId Lease, Value Body)?> FindAsync(CancellationToken cancellationToken)
    {
        var read = await WhenHeld().Then(Operation.Get(Message), Operation.Get(Place.Key)).CommitAsync(cancellationToken)
            .ConfigureAwait(false);
        return read is { Succeeded: true, Results: [GetResult { KeyValue: { } message }, GetResult { KeyValue: { } claim }] }
            ? (claim.Lease, message.Value)
            : null;
    }

    /// <summary>The message is gone for good.</summary>
    public Transaction Acknowledge() => Remove().Then(Operation.Delete(Keys.AttemptsKey(Sequence)));

    /// <summary>The message is free again, at its place.</summary>
    public Transaction Release() => WhenHeld().Then(Operation.Delete(Place.Key));

    /// <summary>The message is kept back until it is due.</summary>
    public Transaction Delay(DateTimeOffset due, Value body) =>
        Remove().Then(Operation.Put(Keys.DelayedKey(due, Priority, Sequence), body));

    /// <summary>The message is put aside as a dead letter.</summary>
    public Transaction GiveUp(Value body) => Acknowledge().Then(Operation.Put(Keys.DeadKey(Sequence), body));

    private Transaction WhenHeld() => Store.KeyValues.When(Place.IsKept).Else(Operation.Get(Message));

    private Transaction Remove() => WhenHeld().Then(Operation.Delete(Message), Operation.Delete(Place.Key));
}

/// <summary>A message that was just claimed.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Body">What the message says.</param>
/// <param name="Attempt">How often it has been delivered, this time included.</param>
internal sealed record ClaimedMessage(QueueClaim Claim, Value Body, long Attempt);
