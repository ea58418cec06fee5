namespace Coordination.Replication;

/// <summary>What a member asks the leader about a lease; the numbers are those of the peer protocol.</summary>
public enum LeaseQuestionKind
{
    /// <summary>Let its time begin anew.</summary>
    Renew = 2,

    /// <summary>How much time is left?</summary>
    Remaining = 3,
}

/// <summary>A question about a lease that only the leader of its partition can answer.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Id">The lease.</param>
public readonly record struct LeaseQuestion(LeaseQuestionKind Kind, long Id);

/// <summary>The answer to a <see cref="LeaseQuestion"/>.</summary>
/// <param name="End">
/// <see cref="ReadEnd.Confirmed"/> when a leader answered, which was still the leader when it was asked. Otherwise nothing is known; a
/// renewal may have happened.
/// </param>
/// <param name="GrantedSeconds">The lease's time to live; 0 when there is no such lease (any more).</param>
/// <param name="RemainingSeconds">Whole seconds until it expires; 0 or less when it is due. After a renewal, all of its time.</param>
public readonly record struct LeaseAnswer(ReadEnd End, long GrantedSeconds, long RemainingSeconds)
{
    /// <summary>Whether a leader answered.</summary>
    public bool IsConfirmed => End == ReadEnd.Confirmed;
}
