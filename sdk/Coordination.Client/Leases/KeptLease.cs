namespace Coordination.Client;

/// <summary>What the keeper knows about the renewals of one session. Only the keeper's loop touches it.</summary>
internal sealed class KeptLease(LeaseSession session, long dueAt)
{
    public LeaseSession Session => session;

    /// <summary>When the next renewal is to be sent.</summary>
    public long DueAt { get; set; } = dueAt;

    /// <summary>
    /// When the renewal was sent that has no answer yet; null when there is none. There is never more than one on a stream.
    /// </summary>
    public long? SentAt { get; set; }
}
