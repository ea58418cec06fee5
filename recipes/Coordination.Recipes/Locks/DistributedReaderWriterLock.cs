namespace Coordination.Recipes;

/// <summary>
/// A lock that either many readers have, or one writer; see <see cref="LockHandle"/> for what holding means when processes pause,
/// connections break and leases end. In the order of arrival: a reader waits for all writers that came before it, a writer for everybody,
/// so neither starves. The keys are <c>NAME/read/LEASE</c> and <c>NAME/write/LEASE</c>, the prefixes of etcd's RWMutex recipe. A reader's
/// token is not a writer's: only those of writers, among one another, say who is stale. Any thread.
/// </summary>
public sealed class DistributedReaderWriterLock
{
    private readonly LockLine _readers;
    private readonly LockLine _writers;

    /// <summary>A lock of that name. Nothing happens in the store.</summary>
    /// <param name="store">Where the lock is.</param>
    /// <param name="name">What it is called. Keys that begin with it and a slash belong to the lock.</param>
    /// <param name="options">How it is held. This lock knows no lock delay.</param>
    /// <exception cref="ArgumentException">The name is empty, or the options make no sense.</exception>
    public DistributedReaderWriterLock(CoordinationNamespace store, Key name, LockOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        options = (options ?? LockOptions.Default).Check();
        var prefix = RecipeName.Prefix(name);
        var write = prefix.Append("write/");
        _readers = new LockLine(store, prefix.Append("read/"), new WaitingLine(store, KeyRange.Prefix(write)), options);
        _writers = new LockLine(store, write, new WaitingLine(store, KeyRange.Prefix(prefix)), options);
    }

    /// <summary>Waits until no writer that came before is left, and reads along with others.</summary>
    /// <param name="cancellationToken">Ends the wait and leaves the line.</param>
    /// <exception cref="UnavailableException">No server granted a lease in time: nobody stands in line.</exception>
    public Task<LockHandle> AcquireReadAsync(CancellationToken cancellationToken = default) =>
        _readers.AcquireAsync(default, cancellationToken);

    /// <summary>Waits until nobody that came before is left, and writes alone.</summary>
    /// <param name="cancellationToken">Ends the wait and leaves the line.</param>
    /// <exception cref="UnavailableException">No server granted a lease in time: nobody stands in line.</exception>
    public Task<LockHandle> AcquireWriteAsync(CancellationToken cancellationToken = default) =>
        _writers.AcquireAsync(default, cancellationToken);

    /// <summary>Reads along with others, or gives up after a time and leaves the line.</summary>
    /// <param name="timeout">How long to wait; zero to have it only when that is possible at once.</param>
    /// <param name="cancellationToken">Ends the wait and leaves the line.</param>
    /// <returns>The lock, or null when there was no turn in time.</returns>
    public Task<LockHandle?> TryAcquireReadAsync(TimeSpan timeout = default, CancellationToken cancellationToken = default) =>
        _readers.TryAcquireAsync(timeout, cancellationToken);

    /// <summary>Writes alone, or gives up after a time and leaves the line.</summary>
    /// <param name="timeout">How long to wait; zero to have it only when that is possible at once.</param>
    /// <param name="cancellationToken">Ends the wait and leaves the line.</param>
    /// <returns>The lock, or null when there was no turn in time.</returns>
    public Task<LockHandle?> TryAcquireWriteAsync(TimeSpan timeout = default, CancellationToken cancellationToken = default) =>
        _writers.TryAcquireAsync(timeout, cancellationToken);
}
