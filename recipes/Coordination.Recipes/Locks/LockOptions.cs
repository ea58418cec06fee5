namespace Coordination.Recipes;

/// <summary>How a lock is held.</summary>
public sealed record LockOptions
{
    internal static readonly LockOptions Default = new();

    /// <summary>
    /// How long a holder that died, or is cut off, keeps others out: the time to live of the lease that the lock opens for each
    /// acquisition. Rounded up to whole seconds; servers raise it to their minimum, 2 seconds by default. Without effect on a lease of the
    /// caller's.
    /// </summary>
    /// <value>The default is 15 seconds.</value>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long nobody gets the lock after a holder with this option lost it, that is: did not release it. What such a holder had under
    /// way, and no fencing token stops, has this long to end. It begins when somebody finds the lock left so, and is measured by the
    /// server, in whole seconds, as the life of a lease; so it is not shorter than the server's minimum, 2 seconds by default. Programs of
    /// other makes, such as etcdctl, do not wait for it. While it is held, the lock has the key <c>NAME.delay</c> beside it.
    /// </summary>
    /// <value>The default is zero: the next in line gets the lock at once.</value>
    public TimeSpan LockDelay { get; init; }

    /// <summary>The clock of timeouts. Leases live on the client's clock.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal LockOptions Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TimeToLive, TimeSpan.Zero, nameof(TimeToLive));
        ArgumentOutOfRangeException.ThrowIfLessThan(LockDelay, TimeSpan.Zero, nameof(LockDelay));
        return this;
    }
}
