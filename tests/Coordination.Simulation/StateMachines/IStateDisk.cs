using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>What a node durably holds of one replica's state machine. Outlives crashes.</summary>
internal interface IStateDisk
{
    /// <summary>
    /// The position of what is certainly durable: a crash leaves no less, perhaps more. The log must not be compacted beyond it.
    /// </summary>
    SnapshotMetadata Durable { get; }

    /// <summary>The process is gone, and what was in memory with it.</summary>
    void Crash();

    /// <summary>The state machine that runs on it from now on.</summary>
    IReplicaState Open();
}
