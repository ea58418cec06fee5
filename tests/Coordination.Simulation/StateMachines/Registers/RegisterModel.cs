using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>What the registers are at each position: a fingerprint says it all.</summary>
internal sealed class RegisterModel : IStateModel
{
    private readonly RegisterMachine _machine = new(Membership.Empty);
    private readonly List<ulong> _hashes = [];

    /// <inheritdoc/>
    public void Apply(Entry entry)
    {
        _machine.Apply(entry);
        _hashes.Add(_machine.StateHash);
    }

    /// <inheritdoc/>
    public void OnApplied(ReplicaRecord replica, IAppliedState state)
    {
        if (((RegisterReplica)state).Machine.StateHash != _hashes[(int)state.Applied.Value - 1])
        {
            throw new ViolationException(
                Rules.StateMachineSafety, $"{replica} has another state at {state.Applied} than the committed history gives.");
        }
    }

    /// <inheritdoc/>
    public void OnRead(ReplicaRecord replica, IAppliedState state, LogIndex floor)
    {
    }

    /// <inheritdoc/>
    public void Compare(ReplicaRecord replica, IAppliedState state)
    {
    }
}
