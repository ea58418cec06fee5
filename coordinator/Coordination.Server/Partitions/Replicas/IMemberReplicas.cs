using Coordination.Silo;

namespace Coordination.Server;

/// <summary>Asks replicas wherever they are, and no longer than about a second for how they are. From any thread.</summary>
internal interface IMemberReplicas
{
    /// <summary>How the replica of a partition on a member is doing.</summary>
    /// <exception cref="MemberUnreachableException">The member gave no answer within a second, or has no such replica.</exception>
    Task<ReplicaReport> GetReportAsync(ReplicaAddress address);

    /// <summary>Asks the replica that leads to let a member lead.</summary>
    /// <exception cref="MemberUnreachableException">
    /// The leader's member is silent, which shows within a second, or left the end open for two election timeouts and a second.
    /// </exception>
    Task<LeadershipMove> TransferLeadershipAsync(ReplicaAddress leader, ulong target);
}
