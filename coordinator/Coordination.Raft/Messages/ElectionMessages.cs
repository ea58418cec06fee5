namespace Coordination.Raft;

/// <summary>
/// Asks whether the receiver would vote for the sender if it stood in the term after <see cref="Message.Term"/> (Raft thesis, section
/// 9.6). Nobody's term or vote changes, so that a replica that was cut off cannot disturb a working leader when it returns.
/// </summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The sender's current term; it would stand in the next one.</param>
/// <param name="LastIndex">The last entry of the sender's log.</param>
/// <param name="LastTerm">That entry's term.</param>
public sealed record PreVoteRequest(ReplicaId From, ReplicaId To, Term Term, LogIndex LastIndex, Term LastTerm)
    : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.PreVoteRequest;
}

/// <summary>The answer to a <see cref="PreVoteRequest"/>.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The answering replica's own term.</param>
/// <param name="RequestTerm">The term of the request that is answered, so that an answer to an older question does not count.</param>
/// <param name="Granted">Whether the replica would vote for the asker.</param>
public sealed record PreVoteResponse(ReplicaId From, ReplicaId To, Term Term, Term RequestTerm, bool Granted)
    : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.PreVoteResponse;
}

/// <summary>Asks for the receiver's vote in <see cref="Message.Term"/> (Raft paper, section 5.2).</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The term that the sender stands in.</param>
/// <param name="LastIndex">The last entry of the sender's log.</param>
/// <param name="LastTerm">That entry's term.</param>
/// <param name="Cause">Why the sender stands.</param>
public sealed record VoteRequest(ReplicaId From, ReplicaId To, Term Term, LogIndex LastIndex, Term LastTerm, CampaignCause Cause)
    : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.VoteRequest;
}

/// <summary>The answer to a <see cref="VoteRequest"/>. Leaves only when the vote is durable.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The answering replica's term.</param>
/// <param name="Granted">Whether it voted for the asker in that term.</param>
public sealed record VoteResponse(ReplicaId From, ReplicaId To, Term Term, bool Granted)
    : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.VoteResponse;
}

/// <summary>The leader tells a caught-up follower to stand at once (Raft thesis, section 3.10).</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The leader's term.</param>
public sealed record TimeoutNow(ReplicaId From, ReplicaId To, Term Term) : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.TimeoutNow;
}

/// <summary>
/// Tells the sender of a message of an earlier term that the term is over. Without it a leader behind a pre-vote group could stay
/// deaf to the new term for ever.
/// </summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The sender's term.</param>
public sealed record TermNotice(ReplicaId From, ReplicaId To, Term Term) : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.TermNotice;
}
