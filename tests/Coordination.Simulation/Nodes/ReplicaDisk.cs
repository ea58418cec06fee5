namespace Coordination.Simulation;

/// <summary>
/// What a node durably holds of one replica besides the log: whose data they are, and the state machine as far as a crash leaves it.
/// </summary>
/// <param name="Record">Whose data.</param>
/// <param name="State">The state machine's. The log is never compacted beyond what is durable of it.</param>
internal sealed record ReplicaDisk(ReplicaRecord Record, IStateDisk State);
