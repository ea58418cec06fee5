using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>Makes what a world of registers needs.</summary>
internal sealed class RegisterFactory(WorldOptions options, SimulationRandom clientRandom) : IStateMachineFactory
{
    private ulong _lastValue;

    /// <inheritdoc/>
    public IStateModel CreateModel() => new RegisterModel();

    /// <inheritdoc/>
    public IStateDisk CreateDisk(Membership membership) => new RegisterDisk(RegisterImage.Initial(membership));

    /// <inheritdoc/>
    public byte[] NextCommand(IReplicaState state)
    {
        int register = clientRandom.Next(RegisterMachine.RegisterCount);
        bool compares = clientRandom.Chance(300);
        ulong expected = compares ? ((RegisterReplica)state).Machine[register] : 0;
        return new RegisterCommand(register, compares, expected, ++_lastValue, clientRandom.Next(options.MaxPadding)).Encode();
    }
}
