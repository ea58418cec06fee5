namespace Coordination.Silo;

/// <summary>
/// What the grains of a silo ask of the node around it. The replicas belong to the node: they run on their own loops, and go on when a
/// silo ends and another one takes its place. Thread-safe; nothing here may block the calling thread.
/// </summary>
public interface IPartitionHosting
{
    /// <summary>The id of the member that this node is.</summary>
    ulong MemberId { get; }

    /// <summary>
    /// The grain of a replica came to life. A replica that runs is left alone; one that this member should have, by the partition map,
    /// and does not run is started; for any other nothing happens.
    /// </summary>
    Task AttachAsync(uint partition, CancellationToken cancellationToken);

    /// <summary>Creates and starts a replica. Does nothing when it runs already.</summary>
    /// <exception cref="PartitionNotHostedException">This member cannot run a replica of the partition.</exception>
    /// <param name="partition">The partition's number.</param>
    /// <param name="specification">What the replica has to know, in the node's encoding.</param>
    /// <param name="cancellationToken">Ends the wait, not the start.</param>
    Task StartAsync(uint partition, EncodedBytes specification, CancellationToken cancellationToken);

    /// <summary>Stops a replica for good. Does nothing when it does not run.</summary>
    /// <exception cref="InvalidOperationException">The replica is needed as long as the member is.</exception>
    Task StopAsync(uint partition, CancellationToken cancellationToken);

    /// <summary>Proposes an encoded command, if the replica leads. Completes when it is in the log, or refused.</summary>
    /// <returns>Where it is in the log, in the node's encoding, also when that is nowhere.</returns>
    /// <exception cref="PartitionNotHostedException">No replica of the partition runs here.</exception>
    Task<EncodedBytes> InvokeAsync(uint partition, EncodedBytes command, CancellationToken cancellationToken);

    /// <summary>Lets another member lead, if the replica leads. Completes when it does, or does not come to it in time.</summary>
    /// <exception cref="PartitionNotHostedException">No replica of the partition runs here.</exception>
    Task<LeadershipMove> TransferLeadershipAsync(uint partition, ulong member, CancellationToken cancellationToken);

    /// <summary>How the replica is doing.</summary>
    /// <exception cref="PartitionNotHostedException">No replica of the partition runs here.</exception>
    ReplicaReport GetReport(uint partition);
}
