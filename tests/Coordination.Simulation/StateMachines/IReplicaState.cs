using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// The state machine of one running replica, on its <see cref="IStateDisk"/>: applied and committed in memory, durable as of a flush. Gone
/// with a crash.
/// </summary>
internal interface IReplicaState : IAppliedState
{
    /// <summary>The membership as of that entry.</summary>
    Membership Membership { get; }

    /// <summary>Applies the next entry.</summary>
    void Apply(Entry entry);

    /// <summary>Ends a series of entries: clients may be answered, and read what was applied.</summary>
    void Commit();

    /// <summary>Makes what is committed durable.</summary>
    void Flush();

    /// <summary>What is committed, as a snapshot carries it under the metadata that describe it.</summary>
    StateImage ToImage(SnapshotMetadata metadata);

    /// <summary>Becomes what an image says, durably.</summary>
    void Install(StateImage image);
}
