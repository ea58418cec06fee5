using Coordination.Replication;

namespace Coordination.Server;

/// <summary>Asks replicas wherever they are, and no longer than about a second for how they are. From any thread.</summary>
internal interface IMemberReplicas
{
    /// <summary>How the replica of a partition on a member is doing.</summary>
    /// <exception cref="MemberUnreachableException">The member gave no answer, or has no such replica.</exception>
    Task<ReplicaPicture> GetReportAsync(uint partition, ulong member);

    /// <summary>Asks the replica that leads to let a member lead.</summary>
    /// <exception cref="MemberUnreachableException">The leader's member is silent, or left the end open.</exception>
    Task<LeadershipTransferEnd> TransferLeadershipAsync(uint partition, ulong leader, ulong target);
}
