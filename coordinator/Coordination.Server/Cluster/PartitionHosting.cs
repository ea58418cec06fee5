using System.Buffers.Binary;
using Coordination.Replication;
using Coordination.Silo;

namespace Coordination.Server;

/// <summary>
/// What the silo may ask of the replicas of this member. They run for as long as the store is open, whatever silos come and go; there are
/// as many as the store began with. Thread-safe.
/// </summary>
internal sealed class PartitionHosting(PartitionHost store) : IPartitionHosting
{
    /// <summary>End and refusal in a byte each, then the term and the revision, eight bytes each, the lowest first.</summary>
    private const int AnswerSize = 2 + sizeof(ulong) + sizeof(long);

    /// <inheritdoc/>
    public ulong MemberId => store.MemberId;

    /// <inheritdoc/>
    /// <remarks>All that this member should have run.</remarks>
    public Task AttachAsync(uint partition, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(uint partition, EncodedBytes specification, CancellationToken cancellationToken)
    {
        Find(partition);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(uint partition, CancellationToken cancellationToken) =>
        store.Partitions.Any(replica => replica.Partition == partition)
            ? throw new InvalidOperationException($"The replica of partition {partition} is needed as long as the member is.")
            : Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<EncodedBytes> InvokeAsync(uint partition, EncodedBytes command, CancellationToken cancellationToken)
    {
        ProposalOutcome outcome = await Find(partition).ProposeAsync(command.Memory).WaitAsync(cancellationToken);
        byte[] answer = new byte[AnswerSize];
        answer[0] = (byte)outcome.End;
        answer[1] = (byte)outcome.Result.Error;
        BinaryPrimitives.WriteUInt64LittleEndian(answer.AsSpan(2), outcome.Term);
        BinaryPrimitives.WriteInt64LittleEndian(answer.AsSpan(2 + sizeof(ulong)), outcome.Result.Revision);
        return new EncodedBytes(answer);
    }

    /// <inheritdoc/>
    public async Task<LeadershipMove> TransferLeadershipAsync(uint partition, ulong member, CancellationToken cancellationToken)
    {
        LeadershipTransferEnd end = await Find(partition).TransferLeadershipAsync(member).WaitAsync(cancellationToken);
        return end switch
        {
            LeadershipTransferEnd.Done => LeadershipMove.Done,
            LeadershipTransferEnd.NotLeader => LeadershipMove.NotLeader,
            LeadershipTransferEnd.InvalidTarget => LeadershipMove.InvalidTarget,
            _ => LeadershipMove.TimedOut,
        };
    }

    /// <inheritdoc/>
    public ReplicaReport GetReport(uint partition)
    {
        ReplicaStatus status = Find(partition).GetStatus();
        return new ReplicaReport(status.Term, status.Leader, status.AppliedIndex, status.CommittedIndex, status.IsLearner);
    }

    private PartitionReplica Find(uint partition) =>
        store.Partitions.FirstOrDefault(replica => replica.Partition == partition)
        ?? throw new PartitionNotHostedException(new ReplicaAddress(partition, store.MemberId));
}
