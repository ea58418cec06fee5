namespace Coordination.Linearizability;

/// <summary>One time that a client held a lock. Times are ticks of 100 ns of one clock.</summary>
/// <param name="Lock">Which.</param>
/// <param name="Owner">Who.</param>
/// <param name="AcquiredAt">After the answer came.</param>
/// <param name="ReleasedAt">
/// Before the release was sent; or, when the client was cut off, the time until which its last renewal guaranteed the lease.
/// </param>
/// <param name="Token">The fencing token, such as the revision that created the lock's key.</param>
public sealed record LockHold(string Lock, int Owner, long AcquiredAt, long ReleasedAt, long Token)
{
    /// <inheritdoc/>
    public override string ToString() => $"c{Owner} [{AcquiredAt}..{ReleasedAt}] token {Token}";
}
