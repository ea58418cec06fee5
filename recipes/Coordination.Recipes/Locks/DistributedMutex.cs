namespace Coordination.Recipes;

/// <summary>
/// A lock that one holder has at a time, in the whole cluster; see <see cref="LockHandle"/> for what holding means when processes pause,
/// connections break and leases end. Given in the order of arrival. The keys are those of etcd's concurrency package
/// (<c>NAME/lease in hexadecimal digits</c>), so that <c>etcdctl lock NAME</c>, etcd's Lock service and Go programs take part. Any thread;
/// the same object may acquire the lock many times, each time for another holder.
/// </summary>
/// <example><code>
/// var mutex = new DistributedMutex(client.Root, "locks/report");
/// await using LockHandle handle = await mutex.AcquireAsync();
/// await handle.PutAsync("report/state", "running");
/// </code></example>
public sealed class DistributedMutex
{
    private readonly LockLine _lock;

    /// <summary>A lock of that name. Nothing happens in the store.</summary>
    /// <param name="store">Where the lock is.</param>
    /// <param name="name">
    /// What it is called; every name is a lock of its own. Keys that begin with it and a slash belong to the lock.
    /// </param>
    /// <param name="options">How it is held.</param>
    /// <exception cref="ArgumentException">The name is empty, or the options make no sense.</exception>
    public DistributedMutex(CoordinationNamespace store, Key name, LockOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        options = (options ?? LockOptions.Default).Check();
        var prefix = RecipeName.Prefix(name);
        Key note = name.Append(".delay");
        _lock = new LockLine(
            store,
            prefix,
            new WaitingLine(store, KeyRange.Prefix(prefix), note: note),
            options,
            new LockDelay(store, note, options.LockDelay));
    }

    /// <summary>
    /// Waits for the lock, at the end of the line, and takes it. The wait outlives broken connections, servers that die, and changes of
    /// leader. Should the lease of the wait be lost, it starts over at the end of the line.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait and leaves the line.</param>
    /// <exception cref="RequestRefusedException">The server refuses the lease or the keys: the store is full, the user may not.</exception>
    /// <exception cref="UnavailableException">No server granted a lease in time: nobody stands in line.</exception>
    public Task<LockHandle> AcquireAsync(CancellationToken cancellationToken = default) => _lock.AcquireAsync(default, cancellationToken);

    /// <summary>Takes the lock, or gives up after a time and leaves the line.</summary>
    /// <param name="timeout">How long to wait; zero to have it only when it is free.</param>
    /// <param name="cancellationToken">Ends the wait and leaves the line.</param>
    /// <returns>The lock, or null when there was no turn in time.</returns>
    public Task<LockHandle?> TryAcquireAsync(TimeSpan timeout = default, CancellationToken cancellationToken = default) =>
        _lock.TryAcquireAsync(timeout, cancellationToken);

    /// <summary>
    /// Waits for the lock and takes it on a session that the caller has: one request less for each of many locks, which are lost together.
    /// Disposing of the handle releases the lock and leaves the session alone.
    /// </summary>
    /// <param name="session">The session; it can have every lock once.</param>
    /// <param name="cancellationToken">Ends the wait and leaves the line, as soon as a server answers.</param>
    /// <exception cref="LockLostException">The session was lost during the wait.</exception>
    /// <exception cref="InvalidOperationException">The session has this lock, or waits for it, already.</exception>
    public Task<LockHandle> AcquireInSessionAsync(LeaseSession session, CancellationToken cancellationToken = default) =>
        _lock.AcquireInSessionAsync(session, Guid.NewGuid().ToString("n"), cancellationToken);

    /// <summary>
    /// Waits for the lock and takes it for a lease that somebody else keeps alive: what a server does for its clients. Doing it again with
    /// the same lease gives the same place. Knows no lock delay. Delete the key, or revoke the lease, to release the lock.
    /// </summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Ends the wait and leaves the line, as soon as a server answers.</param>
    /// <returns>The holder's key and token.</returns>
    /// <exception cref="LeaseNotFoundException">There is no such lease.</exception>
    /// <exception cref="LockLostException">The lease ended during the wait.</exception>
    public async Task<(Key Key, FencingToken Token)> AcquireForLeaseAsync(LeaseId lease, CancellationToken cancellationToken = default)
    {
        var (place, _) = await AcquirePlaceForLeaseAsync(lease, cancellationToken).ConfigureAwait(false);
        return (place.Key, new FencingToken(place.Revision));
    }

    /// <summary>As <see cref="AcquireForLeaseAsync"/>, with the revision of the store at which it was the lease's turn.</summary>
    internal async Task<(Place Place, long Revision)> AcquirePlaceForLeaseAsync(LeaseId lease, CancellationToken cancellationToken)
    {
        var (place, _, revision) = await _lock.AcquireForLeaseAsync(lease, default, cancellationToken).ConfigureAwait(false);
        return (place, revision);
    }
}
