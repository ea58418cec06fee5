namespace Coordination.Recipes;

/// <summary>
/// A message that a consumer has, until it says what becomes of it: acknowledged, released, or given up. To dispose of it without a word
/// releases it. Any thread.
/// </summary>
public sealed class Delivery : IAsyncDisposable
{
    private readonly QueueClaim _claim;
    private readonly LeaseSession _session;
    private readonly TimeProvider _time;
    private int _isSettled;

    internal Delivery(ClaimedMessage claimed, LeaseSession session, TimeProvider time)
    {
        _claim = claimed.Claim;
        _session = session;
        _time = time;
        Body = claimed.Body;
        Attempt = claimed.Attempt;
    }

    /// <summary>The number of the message.</summary>
    public long Sequence => _claim.Sequence;

    /// <summary>What it says.</summary>
    public Value Body { get; }

    /// <summary>Its priority.</summary>
    public byte Priority => _claim.Priority;

    /// <summary>How often it has been delivered, this time included.</summary>
    public long Attempt { get; }

    /// <summary>Grows with every delivery of the message: for what is done for it in other places.</summary>
    public FencingToken Token => new(_claim.Place.Revision);

    /// <summary>Cancelled when the message may be delivered to somebody else; before it can have been.</summary>
    public CancellationToken LostToken => _session.LostToken;

    /// <summary>
    /// That this consumer has the message, as a condition for transactions of the namespace of the queue: what is written under it is
    /// written by one delivery only.
    /// </summary>
    public Condition IsHeld => _claim.Place.IsKept;

    /// <summary>
    /// The work is done: the message is gone for good. Goes on until a server answers, or the lease is lost.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <exception cref="LockLostException">This consumer has the message no more: it is, or will be, delivered again.</exception>
    public Task AcknowledgeAsync(CancellationToken cancellationToken = default) =>
        SettleAsync(_claim.Acknowledge(), cancellationToken);

    /// <summary>The work was not done: the message goes back to its place in the queue, or comes back after a time.</summary>
    /// <param name="delay">How long it is kept back.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <exception cref="LockLostException">This consumer has the message no more: it is, or will be, delivered again.</exception>
    public Task ReleaseAsync(TimeSpan delay = default, CancellationToken cancellationToken = default) => SettleAsync(
        delay > TimeSpan.Zero ? _claim.Delay(_time.GetUtcNow() + delay, Body) : _claim.Release(), cancellationToken);

    /// <summary>The work cannot be done: the message is put aside as a dead letter.</summary>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <exception cref="LockLostException">This consumer has the message no more: it is, or will be, delivered again.</exception>
    public Task GiveUpAsync(CancellationToken cancellationToken = default) =>
        SettleAsync(_claim.GiveUp(Body), cancellationToken);

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

    private async Task SettleAsync(Transaction settling, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _session.LostToken);
        try
        {
            var settled = await Repeat.UntilAnsweredAsync(settling.CommitAsync, limit.Token).ConfigureAwait(false);
            if (QueueClaim.IsSettled(settled))
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
