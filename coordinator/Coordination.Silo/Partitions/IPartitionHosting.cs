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
    /// <param name="partition">The partition's number.</param>
    /// <param name="specification">What the replica has to know, in the node's encoding.</param>
    /// <param name="cancellationToken">Ends the wait, not the start.</param>
    Task StartAsync(uint partition, EncodedBytes specification, CancellationToken cancellationToken);

    /// <summary>Stops a replica for good. Does nothing when it does not run.</summary>
    Task StopAsync(uint partition, CancellationToken cancellationToken);

    /// <summary>Does what a member that does not lead was asked for.</summary>
    /// <returns>The answer in the node's encoding, also when it is a refusal.</returns>
    /// <exception cref="PartitionNotHostedException">No replica of the partition runs here.</exception>
    Task<EncodedBytes> InvokeAsync(uint partition, EncodedBytes command, CancellationToken cancellationToken);

    /// <summary>Asks the leader, which must be here, to let another member lead; completes when it does.</summary>
    /// <exception cref="PartitionNotHostedException">No replica of the partition runs here.</exception>
    Task TransferLeadershipAsync(uint partition, ulong member, CancellationToken cancellationToken);

    /// <summary>How the replica is doing.</summary>
    /// <exception cref="PartitionNotHostedException">No replica of the partition runs here.</exception>
    ReplicaReport GetReport(uint partition);

    /// <summary>
    /// The node is about to stop: lets others lead where this member leads. Best effort; the token is cancelled when there is no more time.
    /// </summary>
    Task HandOverLeadershipAsync(CancellationToken cancellationToken);
}
