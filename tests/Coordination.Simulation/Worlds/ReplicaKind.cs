namespace Coordination.Simulation;

/// <summary>What drives the cores of a world.</summary>
internal enum ReplicaKind
{
    /// <summary>The simulator itself: every input is a step of its own.</summary>
    Core,

    /// <summary>The replicas of the product: <c>Coordination.Replication</c>, whole.</summary>
    Production,
}
