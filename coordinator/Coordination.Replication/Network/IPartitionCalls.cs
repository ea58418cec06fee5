namespace Coordination.Replication;

/// <summary>Answers what members without a replica of a partition ask of those that have one.</summary>
public interface IPartitionCalls
{
    /// <summary>Answers a request, whose bytes are those that the other member gave to <see cref="PeerReplicas.CallAsync"/>.</summary>
    /// <param name="partition">The partition that it is about.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">The caller no longer waits, or this member stops.</param>
    ValueTask<ReadOnlyMemory<byte>> AnswerAsync(uint partition, ReadOnlyMemory<byte> request, CancellationToken cancellationToken);
}
