namespace Coordination.Recipes;

/// <summary>Something that has to happen before a queue delivers. Immutable.</summary>
public sealed class StartCondition
{
    private readonly Key _key;
    private readonly Predicate<KeyValue?> _isMet;

    private StartCondition(Key key, Predicate<KeyValue?> isMet)
    {
        _key = key;
        _isMet = isMet;
    }

    /// <summary>A key has appeared.</summary>
    /// <param name="key">The key, in the namespace of the queue.</param>
    public static StartCondition KeyExists(Key key) => new(key, found => found is not null);

    /// <summary>A counter is as large as a number, or larger; see <see cref="AtomicCounter"/>.</summary>
    /// <param name="counter">The counter's key, in the namespace of the queue.</param>
    /// <param name="number">The number.</param>
    public static StartCondition CounterReaches(Key counter, long number) => new(counter, found => AtomicCounter.Read(found) >= number);

    /// <summary>Waits until it has happened, through broken connections and restarts.</summary>
    /// <param name="store">Where the key is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitAsync(CoordinationNamespace store, CancellationToken cancellationToken = default) =>
        KeyWait.UntilAsync(store, _key, _isMet, cancellationToken);
}
