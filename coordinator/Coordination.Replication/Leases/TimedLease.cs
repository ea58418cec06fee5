namespace Coordination.Replication;

/// <summary>A lease with its clock. Guarded by the lock of <see cref="LeaseTimers"/>.</summary>
internal sealed class TimedLease(long id, long ttlSeconds)
{
    public long Id { get; } = id;

    public long TtlSeconds { get; } = ttlSeconds;

    /// <summary>When it expires, as a timestamp of the clock.</summary>
    public long Expiry { get; set; }

    /// <summary>Whether a checkpoint is in the state, or on its way there, that a renewal has to take back.</summary>
    public bool IsCheckpointed { get; set; }

    /// <summary>
    /// Set while a checkpoint is taken back; completes when it is, or when the lease is gone or nobody leads here any more.
    /// </summary>
    public TaskCompletionSource<LeaseRenewal>? TakingBack { get; set; }

    /// <summary>
    /// Set while the lease is due and its revocation under way; completes when it is revoked, or nobody leads here any more.
    /// </summary>
    public TaskCompletionSource<LeaseRenewal>? Revocation { get; set; }

    /// <summary>Answers all renewals that wait.</summary>
    public void End(LeaseRenewal answer)
    {
        TakingBack?.TrySetResult(answer);
        Revocation?.TrySetResult(answer);
    }
}
