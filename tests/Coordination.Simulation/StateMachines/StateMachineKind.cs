namespace Coordination.Simulation;

/// <summary>What the replicas of a world replicate.</summary>
internal enum StateMachineKind
{
    /// <summary>A few registers: next to nothing, so that the steps go into the core and the log.</summary>
    Registers,

    /// <summary>The state machine of the product.</summary>
    Store,
}
