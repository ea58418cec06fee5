namespace Coordination.Raft;

/// <summary>A follower asks the leader for a read index on behalf of its own readers (Raft thesis, section 6.4).</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The follower's term.</param>
/// <param name="Batch">Identifies the question for the answer; never used twice by a replica, not even across restarts.</param>
public sealed record ReadIndexRequest(ReplicaId From, ReplicaId To, Term Term, ReadBatchId Batch) : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.ReadIndexRequest;
}

/// <summary>The leader's answer: whoever applied up to <paramref name="Index"/> reads linearizably as of the question.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The leader's term.</param>
/// <param name="Batch">The question that is answered.</param>
/// <param name="Index">The leader's commit index, confirmed by a majority after the question arrived.</param>
public sealed record ReadIndexResponse(ReplicaId From, ReplicaId To, Term Term, ReadBatchId Batch, LogIndex Index)
    : Message(From, To, Term)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.ReadIndexResponse;
}

/// <summary>Names a batch of reads that one replica forwarded.</summary>
/// <param name="Incarnation">The start of the replica that the batch belongs to: <see cref="RaftOptions.Incarnation"/>.</param>
/// <param name="Sequence">Counts batches within the incarnation, from 1.</param>
public readonly record struct ReadBatchId(ulong Incarnation, ulong Sequence);
