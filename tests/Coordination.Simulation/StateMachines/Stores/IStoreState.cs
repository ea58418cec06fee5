using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>The product's state machine in a running replica, as checkers see it.</summary>
internal interface IStoreState : IAppliedState
{
    /// <summary>The state machine.</summary>
    PartitionState State { get; }

    /// <summary>What is committed to its store.</summary>
    StoreContent Content { get; }

    /// <summary>What the last entry gave; null when that is not known, or it was no command.</summary>
    ApplyResult? LastResult { get; }

    /// <summary>Whether the store still holds what the state machine has removed since its last commit.</summary>
    bool HasUncommittedRemovals { get; }
}
