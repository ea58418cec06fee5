using System.Buffers;
using Coordination.Raft;
using Coordination.StateMachine;
using Coordination.StateMachine.Model;

namespace Coordination.Simulation;

/// <summary>Makes what a world of the product's state machine needs.</summary>
internal sealed class StoreFactory(WorldServices world) : IStateMachineFactory
{
    private readonly RandomCommands _commands = new(new StandardRandom(world.ClientRandom));

    /// <inheritdoc/>
    public IStateModel CreateModel() => new StoreModel(world);

    /// <inheritdoc/>
    public IStateDisk CreateDisk(Membership membership) =>
        new StoreDisk(world, new StoreContent(new StoreMetadata { Membership = new MembershipEntry(membership, default).Encode() }));

    /// <inheritdoc/>
    public byte[] NextCommand(IReplicaState state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var view = ((StoreReplica)state).State.View;
        CommandCodec.Encode(_commands.NextCommand(view.Revision, view.Metadata.Version), buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
