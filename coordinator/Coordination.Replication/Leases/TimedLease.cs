namespace Coordination.Replication;

/// <summary>A lease with its clock. Guarded by the lock of <see cref="LeaseTimers"/>.</summary>
internal sealed class TimedLease(long id, long ttlSeconds)
{
    public long Id { get; } = id;

    public long TtlSeconds { get; } = ttlSeconds;

    /// <summary>When it expires, as a timestamp of the clock.</summary>
    public long Expiry { get; set; }

    /// <summary>Whether a checkpoint is in the state that a renewal has to take back.</summary>
    public bool IsCheckpointed { get; set; }

    /// <summary>
    /// Set while the lease is due and its revocation under way; completes when it is revoked, or nobody leads here any more.
    /// </summary>
    public TaskCompletionSource<bool>? Revocation { get; set; }
}
