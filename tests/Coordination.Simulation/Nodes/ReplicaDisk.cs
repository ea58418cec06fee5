namespace Coordination.Simulation;

/// <summary>
/// What a node durably holds of one replica besides the log: whose data they are, and the state machine as last flushed. Like RocksDB
/// without a log of its own: a crash reverts the state machine to the last flush, and the Raft log brings it forward again.
/// </summary>
internal sealed class ReplicaDisk(ReplicaRecord record, RegisterImage start)
{
    /// <summary>Whose data.</summary>
    public ReplicaRecord Record { get; } = record;

    /// <summary>The state machine as a crash would leave it. The log is never compacted beyond it.</summary>
    public RegisterImage Flushed { get; set; } = start;
}
