using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>Makes the parts of the kind of state machine that a world replicates.</summary>
internal interface IStateMachineFactory
{
    /// <summary>What the replicas of one partition are compared with.</summary>
    IStateModel CreateModel();

    /// <summary>The disk of a replica that begins before the first entry.</summary>
    IStateDisk CreateDisk(Membership membership);

    /// <summary>The next command of a client that talks to a replica.</summary>
    byte[] NextCommand(IReplicaState state);
}
