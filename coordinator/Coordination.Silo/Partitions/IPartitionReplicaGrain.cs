using Orleans;

namespace Coordination.Silo;

/// <summary>
/// The address of a replica, wherever the caller is: its key is a <see cref="ReplicaAddress"/>. Everything fails when the member cannot
/// be reached; nothing is repeated, and a call that timed out has an unknown outcome.
/// </summary>
/// <remarks>Nodes of different versions call each other: methods are added, never changed.</remarks>
[Alias("coordination.IPartitionReplicaGrain")]
public interface IPartitionReplicaGrain : IGrainWithStringKey
{
    /// <summary>As <see cref="IPartitionHosting.InvokeAsync"/> on the replica's member.</summary>
    [Alias("Invoke")]
    Task<EncodedBytes> InvokeAsync(EncodedBytes command, CancellationToken cancellationToken);

    /// <summary>As <see cref="IPartitionHosting.StartAsync"/> on the replica's member.</summary>
    [Alias("Start")]
    Task StartAsync(EncodedBytes specification, CancellationToken cancellationToken);

    /// <summary>As <see cref="IPartitionHosting.StopAsync"/> on the replica's member.</summary>
    [Alias("Stop")]
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>As <see cref="IPartitionHosting.TransferLeadershipAsync"/> on the replica's member.</summary>
    [Alias("TransferLeadership")]
    Task<LeadershipMove> TransferLeadershipAsync(ulong member, CancellationToken cancellationToken);

    /// <summary>As <see cref="IPartitionHosting.GetReport"/> on the replica's member.</summary>
    [Alias("GetReport")]
    Task<ReplicaReport> GetReportAsync(CancellationToken cancellationToken);
}
