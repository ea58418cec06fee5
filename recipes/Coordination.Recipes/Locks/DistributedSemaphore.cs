namespace Coordination.Recipes;

/// <summary>
/// A lock that a limited number of holders have at the same time; see <see cref="LockHandle"/> for what holding means when processes pause,
/// connections break and leases end. Given in the order of arrival. The keys are <c>NAME/LEASE</c>; with one permit it is a
/// <see cref="DistributedMutex"/> without lock delay. All participants have to be made with the same number of permits: with different
/// numbers, each lets in as many as it was told. Tokens grow with every holder, but do not tell a stale holder from one of many. Any
/// thread.
/// </summary>
public sealed class DistributedSemaphore
{
    private readonly LockLine _lock;

    /// <summary>A semaphore of that name. Nothing happens in the store.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="name">What it is called. Keys that begin with it and a slash belong to it.</param>
    /// <param name="permits">How many holders there can be; above 0.</param>
    /// <param name="options">How it is held. It knows no lock delay.</param>
    /// <exception cref="ArgumentException">The name is empty, there is no permit, or the options make no sense.</exception>
    public DistributedSemaphore(CoordinationNamespace store, Key name, int permits, LockOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(permits);
        var prefix = RecipeName.Prefix(name);
        _lock = new LockLine(
            store, prefix, new WaitingLine(store, KeyRange.Prefix(prefix), permits), (options ?? LockOptions.Default).Check());
    }

    /// <summary>Waits for a permit, at the end of the line, and takes it.</summary>
    /// <param name="cancellationToken">Ends the wait and leaves the line.</param>
    /// <exception cref="UnavailableException">No server granted a lease in time: nobody stands in line.</exception>
    public Task<LockHandle> AcquireAsync(CancellationToken cancellationToken = default) => _lock.AcquireAsync(default, cancellationToken);

    /// <summary>Takes a permit, or gives up after a time and leaves the line.</summary>
    /// <param name="timeout">How long to wait; zero to have one only when it is free.</param>
    /// <param name="cancellationToken">Ends the wait and leaves the line.</param>
    /// <returns>The permit, or null when there was none in time.</returns>
    public Task<LockHandle?> TryAcquireAsync(TimeSpan timeout = default, CancellationToken cancellationToken = default) =>
        _lock.TryAcquireAsync(timeout, cancellationToken);
}
