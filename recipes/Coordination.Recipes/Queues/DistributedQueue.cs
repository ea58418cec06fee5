using System.Globalization;

namespace Coordination.Recipes;

/// <summary>
/// Messages that are delivered at least once: a consumer claims a message under its lease and acknowledges it when its work is done; when
/// the consumer dies before that, or is cut off for longer than its lease lives, the message is delivered again. In the order of enqueuing,
/// within a priority; a message that is delivered again comes first again. One that is delivered too often becomes a dead letter. Any
/// thread.
/// <para>
/// <b>What holds.</b> A message whose enqueuing was acknowledged is delivered until somebody acknowledges it, whatever servers and
/// consumers die. Two consumers have the same message at the same time only when the first was paused or cut off for longer than its lease
/// lives: its <see cref="Delivery.LostToken"/> says so, and its acknowledgement is refused; writes under <see cref="Delivery.IsHeld"/> are,
/// too.
/// </para>
/// </summary>
public sealed class DistributedQueue : IDisposable
{
    private readonly CoordinationNamespace _store;
    private readonly QueueLayout _keys;
    private readonly QueueOptions _options;
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>A queue of that name. Nothing happens in the store.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="name">What it is called. Keys that begin with it and a slash belong to it.</param>
    /// <param name="options">How it behaves.</param>
    /// <exception cref="ArgumentException">The name is empty, or the options make no sense.</exception>
    public DistributedQueue(CoordinationNamespace store, Key name, QueueOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _keys = new QueueLayout(name);
        _options = options ?? QueueOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.DeliveriesMax);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.LengthMax ?? 1);
    }

    /// <summary>Puts a message at the end.</summary>
    /// <param name="body">What it says.</param>
    /// <param name="options">How it is delivered.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>Its number, which grows from message to message.</returns>
    /// <exception cref="QueueFullException">There is no room. Nothing was enqueued.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done: enqueuing again can give two messages.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was enqueued.</exception>
    public async Task<long> EnqueueAsync(Value body, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= EnqueueOptions.Default;

        // Those of one process do not race each other for the next number.
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                var (tail, sequence) = await ReadTailAsync(cancellationToken).ConfigureAwait(false);
                var key = options.Delay > TimeSpan.Zero
                    ? _keys.DelayedKey(_options.TimeProvider.GetUtcNow() + options.Delay, options.Priority, sequence)
                    : _keys.ReadyKey(options.Priority, sequence);
                var enqueued = await _store.KeyValues
                    .When(Condition.ModRevision(_keys.Tail, Comparison.Equal, tail))
                    .Then(Operation.Put(_keys.Tail, sequence.ToString(CultureInfo.InvariantCulture)), Operation.Put(key, body))
                    .CommitAsync(cancellationToken).ConfigureAwait(false);
                if (enqueued.Succeeded)
                {
                    return sequence;
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>How many messages there are that nobody has acknowledged, delayed ones included.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<long> GetLengthAsync(CancellationToken cancellationToken = default)
    {
        var counted = await _store.KeyValues.When().Then(Count(_keys.Ready), Count(_keys.Delayed))
            .CommitAsync(cancellationToken).ConfigureAwait(false);
        return counted.Results.Sum(result => ((RangeResult)result).Count);
    }

    /// <summary>How many messages there are, by what they wait for; all counted at one revision.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<QueueCounts> GetCountsAsync(CancellationToken cancellationToken = default)
    {
        var counted = await _store.KeyValues.When()
            .Then(Count(_keys.Ready), Count(_keys.Claims), Count(_keys.Delayed), Count(_keys.Dead))
            .CommitAsync(cancellationToken).ConfigureAwait(false);
        long[] counts = [.. counted.Results.Select(result => ((RangeResult)result).Count)];

        // A message that somebody has is still at its place.
        return new QueueCounts(counts[0] - counts[1], counts[1], counts[2], counts[3]);
    }

    /// <summary>The messages that were put aside.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(CancellationToken cancellationToken = default)
    {
        List<DeadLetter> letters = [];
        await foreach (var page in _store.KeyValues.GetPagesAsync(_keys.Dead, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            letters.AddRange(page.KeyValues.Select(key => new DeadLetter(QueueLayout.SequenceOf(key.Key), key.Value)));
        }

        return letters;
    }

    /// <summary>Makes a dead letter a message again, as if it had never been delivered, at the place of its number.</summary>
    /// <param name="letter">The dead letter.</param>
    /// <param name="priority">The priority that it shall have.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>False when there is no such dead letter.</returns>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done; doing it again does no harm.</exception>
    public async Task<bool> ReviveAsync(DeadLetter letter, byte priority = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var dead = _keys.DeadKey(letter.Sequence);
        var revived = await _store.KeyValues.When(Condition.Exists(dead))
            .Then(Operation.Delete(dead), Operation.Put(_keys.ReadyKey(priority, letter.Sequence), letter.Body))
            .CommitAsync(cancellationToken).ConfigureAwait(false);
        return revived.Succeeded;
    }

    /// <summary>Somebody who receives messages. Nothing happens in the store until it receives.</summary>
    public QueueConsumer OpenConsumer() => new(_store, _keys, _options);

    /// <summary>Lets go of what the object itself has. The queue is in the store.</summary>
    public void Dispose() => _turn.Dispose();

    /// <summary>Claims a message for a lease that somebody else keeps alive: <see cref="QueueHead.ClaimAsync"/>.</summary>
    internal Task<ClaimedMessage?> ClaimForLeaseAsync(
        Func<CancellationToken, ValueTask<LeaseId>> getLease, TimeSpan waitMax, CancellationToken cancellationToken) =>
        new QueueHead(_store, _keys, _options).ClaimAsync(getLease, waitMax, cancellationToken);

    /// <summary>A claim from what tells it from others. Nothing happens in the store.</summary>
    internal QueueClaim ClaimOf(byte priority, long sequence, long revision) => new(
        _store, _keys, _keys.ReadyKey(priority, sequence), new Place(_keys.ClaimKey(sequence), revision));

    /// <summary>One of the messages that were put aside.</summary>
    internal async Task<DeadLetter?> FindDeadLetterAsync(long sequence, CancellationToken cancellationToken)
    {
        var found = await _store.KeyValues.GetAsync(_keys.DeadKey(sequence), cancellationToken: cancellationToken).ConfigureAwait(false);
        return found.KeyValue is { } letter ? new DeadLetter(sequence, letter.Value) : null;
    }

    private static Operation Count(KeyRange range) => Operation.GetRange(range, new RangeOptions { CountOnly = true });

    /// <summary>The next number, and the revision that nobody may have changed when it is taken.</summary>
    private async Task<(long Revision, long Next)> ReadTailAsync(CancellationToken cancellationToken)
    {
        // Counted at the revision of the tail: as long as that does not move, the queue can only have become shorter.
        var read = _store.KeyValues.When().Then(Operation.Get(_keys.Tail));
        var answer = await (_options.LengthMax is null ? read : read.Then(Count(_keys.Ready), Count(_keys.Delayed)))
            .CommitAsync(cancellationToken).ConfigureAwait(false);
        if (_options.LengthMax is { } max && answer.Results.Skip(1).Sum(result => ((RangeResult)result).Count) >= max)
        {
            throw new QueueFullException(max);
        }

        var tail = ((GetResult)answer.Results[0]).KeyValue;
        return (tail?.ModRevision ?? 0, AtomicCounter.Read(tail) + 1);
    }
}
