namespace Coordination.Simulation;

/// <summary>What a caller fixes instead of leaving it to the seed; null for what the seed decides.</summary>
/// <param name="Nodes">How many nodes.</param>
/// <param name="Partitions">How many partitions.</param>
/// <param name="Profile">Which faults.</param>
/// <param name="Steps">How long the phase with faults is.</param>
/// <param name="State">Which state machine.</param>
/// <param name="Replicas">Whose replicas.</param>
internal sealed record WorldOverrides(
    int? Nodes = null, int? Partitions = null, FaultProfile? Profile = null, long? Steps = null, StateMachineKind? State = null,
    ReplicaKind Replicas = ReplicaKind.Core);
