using Coordination.Raft;

namespace Coordination.Replication;

/// <summary>
/// What connects the replicas of a host with those of other members. Called by the replicas' loops, many at once: nothing here blocks or
/// throws.
/// </summary>
public interface IReplicaNetwork
{
    /// <summary>
    /// Sends a message to the replica of <paramref name="partition"/> on the member that it names. Order is kept for each receiver; what is
    /// lost is told by <see cref="PartitionHost.Lost"/>.
    /// </summary>
    void Send(PartitionId partition, Message message);

    /// <summary>
    /// Sends the files of a directory to the replica that the message names, and then the message (<see cref="PartitionHost.Installing"/>).
    /// Takes as long as it takes; never throws.
    /// </summary>
    /// <returns>Whether everything arrived.</returns>
    Task<bool> SendSnapshotAsync(PartitionId partition, InstallSnapshot message, string directory);

    /// <summary>
    /// Hands commands to the leader's member, which proposes them in their order (<see cref="PartitionHost.AcceptAsync"/>). The answer is
    /// where they stand in the log: what comes of them every replica sees for itself when it applies the entries.
    /// </summary>
    Task<ForwardPosition> ForwardAsync(ReplicaId leader, PartitionId partition, IReadOnlyList<ReadOnlyMemory<byte>> commands);

    /// <summary>
    /// Asks the leader's member about a lease (<see cref="PartitionHost.AnswerAsync"/>). Not confirmed when there is no answer.
    /// </summary>
    Task<LeaseAnswer> AskAsync(ReplicaId leader, PartitionId partition, LeaseQuestion question);
}
