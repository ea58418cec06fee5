using System.Buffers;
using Coordination.Raft;
using Coordination.StateMachine;

namespace Coordination.Simulation.Tests;

/// <summary>State machines that differ from the naive one on purpose.</summary>
public sealed class StoreModelTests
{
    private static readonly PutCommand PutA = new(new PutOperation("a"u8.ToArray(), default));
    private static readonly PutCommand PutB = new(new PutOperation("b"u8.ToArray(), default));
    private readonly ReplicaRecord _replica = new(new ReplicaId(1), 0);
    private readonly IStateModel _model;
    private readonly IReplicaState _state;

    public StoreModelTests()
    {
        var world = new WorldServices(new WorldOptions { Seed = 1, State = StateMachineKind.Store }, null);
        _model = world.Machines.CreateModel();
        _state = world.Machines.CreateDisk(Membership.Empty).Open();
    }

    [Fact]
    public void A_replica_that_agrees_breaks_nothing()
    {
        Commit(1, PutA, PutA);
        Commit(2, new CompactCommand(2), new CompactCommand(2));
        _model.OnApplied(_replica, _state);
        _model.OnRead(_replica, _state, new LogIndex(2));
        _model.Compare(_replica, _state);
    }

    [Fact]
    public void An_answer_of_its_own_is_noticed()
    {
        Commit(1, PutA, new CompactCommand(1));
        History.Breaks(Rules.AppliedResult, () => _model.OnApplied(_replica, _state));
    }

    [Fact]
    public void Other_keys_are_noticed()
    {
        Commit(1, PutA, PutB);
        _model.OnApplied(_replica, _state);
        History.Breaks(Rules.StateContent, () => _model.Compare(_replica, _state));
    }

    [Fact]
    public void Another_lease_is_noticed()
    {
        Commit(1, new LeaseGrantCommand(1, 5), new LeaseGrantCommand(1, 6));
        History.Breaks(Rules.StateContent, () => _model.Compare(_replica, _state));
    }

    [Fact]
    public void A_revision_older_than_the_reader_knows_is_noticed()
    {
        Commit(1, PutA, PutA);
        _model.Apply(Entry(2, PutB));
        History.Breaks(Rules.LinearizableRead, () => _model.OnRead(_replica, _state, new LogIndex(2)));
    }

    internal static Entry Entry(ulong index, Command command)
    {
        var buffer = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, buffer);
        return new Entry(new Term(1), new LogIndex(index), EntryKind.Command, buffer.WrittenSpan.ToArray());
    }

    private void Commit(ulong index, Command expected, Command actual)
    {
        _model.Apply(Entry(index, expected));
        _state.Apply(Entry(index, actual));
        _state.Commit();
    }
}
