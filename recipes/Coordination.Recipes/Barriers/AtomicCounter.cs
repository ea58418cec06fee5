using System.Globalization;

namespace Coordination.Recipes;

/// <summary>
/// A number that many change and none loses: a key that holds it in decimal digits. A key that does not exist is 0. Changes are
/// linearizable. Any thread.
/// </summary>
/// <param name="store">Where it is.</param>
/// <param name="key">The key.</param>
public sealed class AtomicCounter(CoordinationNamespace store, Key key)
{
    /// <summary>The number.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="FormatException">The key holds something else.</exception>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<long> GetAsync(CancellationToken cancellationToken = default) =>
        Read((await store.KeyValues.GetAsync(key, cancellationToken: cancellationToken).ConfigureAwait(false)).KeyValue);

    /// <summary>Adds to the number.</summary>
    /// <param name="amount">How much; negative to subtract.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>The number afterwards.</returns>
    /// <exception cref="FormatException">The key holds something else.</exception>
    /// <exception cref="OverflowException">The number would become too large.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public async Task<long> AddAsync(long amount, CancellationToken cancellationToken = default)
    {
        var present = (await store.KeyValues.GetAsync(key, cancellationToken: cancellationToken).ConfigureAwait(false)).KeyValue;
        while (true)
        {
            var number = checked(Read(present) + amount);
            var added = await store.KeyValues
                .When(Condition.ModRevision(key, Comparison.Equal, present?.ModRevision ?? 0))
                .Then(Operation.Put(key, Write(number), new PutOptions { KeepLease = present is not null }))
                .Else(Operation.Get(key))
                .CommitAsync(cancellationToken).ConfigureAwait(false);
            if (added.Succeeded)
            {
                return number;
            }

            present = ((GetResult)added.Results[0]).KeyValue;
        }
    }

    /// <summary>Replaces the number if it is the one expected.</summary>
    /// <param name="expected">The number that has to be there.</param>
    /// <param name="number">The number that shall be there.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>False when another number is there: nothing was changed.</returns>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public async Task<bool> CompareAndSetAsync(long expected, long number, CancellationToken cancellationToken = default)
    {
        var present = (await store.KeyValues.GetAsync(key, cancellationToken: cancellationToken).ConfigureAwait(false)).KeyValue;
        if (Read(present) != expected)
        {
            return false;
        }

        var set = await store.KeyValues
            .When(Condition.ModRevision(key, Comparison.Equal, present?.ModRevision ?? 0))
            .Then(Operation.Put(key, Write(number), new PutOptions { KeepLease = present is not null }))
            .CommitAsync(cancellationToken).ConfigureAwait(false);
        return set.Succeeded;
    }

    /// <summary>Waits until the number is as large as another, or larger, through broken connections and restarts.</summary>
    /// <param name="number">The other number.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitAsync(long number, CancellationToken cancellationToken = default) =>
        KeyWait.UntilAsync(store, key, present => Read(present) >= number, cancellationToken);

    internal static long Read(KeyValue? present) =>
        present is null ? 0 : long.Parse(present.Value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static Value Write(long number) => number.ToString(CultureInfo.InvariantCulture);
}
