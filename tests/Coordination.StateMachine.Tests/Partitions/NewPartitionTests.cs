using static Coordination.StateMachine.Tests.PartitionFixture;

namespace Coordination.StateMachine.Tests;

/// <summary>The life of a partition that is made of another one's keys: received, served, given back.</summary>
public sealed class NewPartitionTests
{
    private readonly PartitionFixture _parent = new();
    private readonly PartitionFixture _child = new(PartitionPhase.Receiving);

    public NewPartitionTests()
    {
        _parent.Put("a");
        _parent.Apply(new TxnCommand(new TxnOperation(
            [], [new PutOperation(Bytes("b/2"), Bytes("x")), new PutOperation(Bytes("b/1"), Bytes("y"))], [])));
        _parent.Put("b/2", "z");
        _parent.Put("b/c/1");
        _parent.Delegate("b/c/", 2);
    }

    [Fact]
    public void A_partition_that_receives_refuses_everything_of_clients()
    {
        Assert.Equal("WrongPartition", _child.Read(KeyRange.OfKey("b/1"u8)));
        Assert.Equal("WrongPartition", _child.Watch(1));
        Assert.Equal(ApplyError.WrongPartition, _child.Put("b/1"));
        Assert.Equal(ApplyError.WrongPartition, _child.Apply(new CompactCommand(1)).Error);
        Assert.Equal(ApplyError.WrongPartition, _child.Apply(new LeaseGrantCommand(1, 60)).Error);
        Assert.Equal(ApplyError.WrongPartition, _child.Apply(new LeaseEndCommand(1, 1, 1)).Error);
        Assert.Equal(ApplyError.WrongPartition, _child.Apply(new LeaseShadowCommand(1, 1, 1)).Error);
        Assert.Equal(ApplyError.WrongPartition, _child.Apply(new DelegatePrefixCommand(Bytes("b/1"), 7)).Error);
        Assert.Equal(ApplyError.WrongPartition, _child.Apply(new RetireCommand()).Error);
        Assert.Equal(ApplyError.None, _child.Apply(new AlarmCommand(AlarmAction.Activate, 1, AlarmKind.NoSpace)).Error);
    }

    [Fact]
    public void Keys_arrive_as_they_were_and_are_served_from_the_revision_on()
    {
        var given = Move();
        Assert.Equal(6, given.Revision);
        Assert.Equal(6, _child.View.Revision);
        Assert.Equal("b/1=y@3.1 b/2=z@4.2", _child.Read(KeyRange.Between(Bytes("b/"), Bytes("b/c/"))));
        Assert.Equal("Compacted", _child.Read(KeyRange.OfKey("b/1"u8), revision: 5));
        Assert.Equal("WrongPartition", _child.Read(Prefix("b/")));
        Assert.Equal(ApplyError.WrongPartition, _child.Put("b/c/1"));
        Assert.Equal(ApplyError.None, _child.Put("b/1", "new"));
        _child.CompactAll(7);
        Assert.Equal(2, _child.StoredChanges);
        Assert.Equal("b/1=new@7.2 b/2=z@4.2", _child.Read(KeyRange.Between(Bytes("b/"), Bytes("b/c/"))));
    }

    [Fact]
    public void A_chunk_counts_once_and_only_in_its_turn()
    {
        _parent.Delegate("b/", 1);
        var keys = _parent.View.ReadDelegated("b/"u8, [], 10, long.MaxValue)!;
        Assert.Equal(ApplyError.WrongChunk, Receive(1, keys[0]));
        Assert.Equal(ApplyError.None, Receive(0, keys[1]));
        Assert.Equal(ApplyError.None, Receive(0, keys[0]));
        Assert.Equal(ApplyError.WrongChunk, Receive(1, keys[0]));
        Assert.Equal(ApplyError.WrongChunk, Receive(1, keys[1]));
        Assert.Equal(1, _child.View.KeyCount);
        _child.Reopen();
        Assert.Equal("b/2"u8.ToArray(), _child.View.Received.LastKey);
        Assert.Equal(ApplyError.FutureRevision, _child.Apply(new ServeCommand(3, [])).Error);
        Assert.Equal(ApplyError.None, _child.Apply(new ServeCommand(4, [])).Error);
        Assert.Equal(ApplyError.None, _child.Apply(new ServeCommand(4, [])).Error);
        Assert.Equal(ApplyError.None, Receive(0, keys[1]));
        Assert.Equal(ApplyError.WrongPartition, Receive(1, keys[1]));
    }

    [Fact]
    public void A_partition_that_served_from_the_beginning_neither_receives_nor_serves_nor_retires()
    {
        Assert.Equal(ApplyError.WrongPartition, _parent.Apply(new ReceiveCommand(0, [])).Error);
        Assert.Equal(ApplyError.WrongPartition, _parent.Apply(new ServeCommand(9, [])).Error);
        Assert.Equal(ApplyError.WrongPartition, new PartitionFixture().Apply(new RetireCommand()).Error);
    }

    [Fact]
    public void Only_a_partition_without_keys_and_copies_retires_and_then_refuses_for_ever()
    {
        Move();
        Assert.Equal(ApplyError.NotEmpty, _child.Apply(new RetireCommand()).Error);
        _child.Apply(new DeleteRangeCommand(new DeleteRangeOperation(Prefix("b/1"))));
        _child.Apply(new DeleteRangeCommand(new DeleteRangeOperation(Prefix("b/2"))));
        _child.Delegate("b/x", 3);
        Assert.Equal(ApplyError.NotEmpty, _child.Apply(new RetireCommand()).Error);
        _child.Apply(new DelegationFinishedCommand(Bytes("b/x"), 3));
        var retired = Assert.IsType<RetireResult>(_child.Apply(new RetireCommand()).Result);
        _child.Reopen();
        var again = Assert.IsType<RetireResult>(_child.Apply(new RetireCommand()).Result);
        Assert.Equal(8, retired.Revision);
        Assert.Equal([2u, 3u], retired.Delegations.Select(inner => inner.Partition));
        Assert.Equal(8, again.Revision);
        Assert.Equal(PartitionPhase.Retired, _child.View.Ownership.Phase);
        Assert.Equal("b/2=@8.0", _child.Watch(8));
        Assert.Equal(ApplyError.WrongPartition, _child.Put("b/1"));
        Assert.Equal(ApplyError.WrongPartition, _child.Apply(new ServeCommand(9, [])).Error);
        Assert.Equal(ApplyError.None, _child.Apply(new LeaseEndCommand(1, 1, 1)).Error);
    }

    [Fact]
    public void What_a_retired_partition_owned_is_adopted_with_its_delegations_and_without_its_past()
    {
        Move();
        _child.Apply(new DeleteRangeCommand(new DeleteRangeOperation(KeyRange.Between(Bytes("b/"), Bytes("b/c/")))));
        var retired = Assert.IsType<RetireResult>(_child.Apply(new RetireCommand()).Result);
        var adopt = new AdoptPrefixCommand(Bytes("b/"), 1, retired.Revision + 3, retired.Delegations);
        Assert.Equal(ApplyError.None, _parent.Apply(adopt).Error);
        _parent.Reopen();
        Assert.Equal(10, _parent.View.Revision);
        Assert.Equal("b/c/"u8.ToArray(), Assert.Single(_parent.View.Ownership.Delegations).Prefix);
        Assert.Equal("Compacted", _parent.Read(KeyRange.OfKey("b/1"u8), revision: 9));
        Assert.Equal("Compacted", _parent.Watch(9));
        Assert.Equal(string.Empty, _parent.Watch(10));
        Assert.Equal(ApplyError.None, _parent.Put("b/1", "back"));
        Assert.Equal("b/1=back@11.1", _parent.Read(KeyRange.OfKey("b/1"u8)));
        Assert.Equal(11, _parent.Apply(adopt).Revision);
    }

    private ApplyError Receive(long chunk, StoredVersion key) => _child.Apply(new ReceiveCommand(chunk, [key])).Error;

    private DelegateResult Move()
    {
        var given = _parent.Delegate("b/", 1);
        _child.Receive(_parent, "b/");
        Assert.Equal(ApplyError.None, _child.Apply(new ServeCommand(given.Revision, given.Inner)).Error);
        _parent.Apply(new DelegationFinishedCommand(Bytes("b/"), 1));
        _child.Reopen();
        return given;
    }
}
