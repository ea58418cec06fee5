using static Coordination.StateMachine.Tests.PartitionFixture;

namespace Coordination.StateMachine.Tests;

public sealed class DelegationTests
{
    private readonly PartitionFixture _parent = new();

    public DelegationTests()
    {
        foreach (string key in new[] { "a", "b/1", "b/2", "b/c/1", "d" })
        {
            _parent.Put(key);
        }
    }

    [Fact]
    public void Keys_that_are_given_away_are_refused_and_all_others_served()
    {
        Assert.Equal(6, _parent.Delegate("b/", 1).Revision);
        Assert.Equal(7, _parent.View.Revision);
        Assert.Equal("WrongPartition", _parent.Read(KeyRange.OfKey("b/1"u8)));
        Assert.Equal("WrongPartition", _parent.Read(KeyRange.OfKey("b/new"u8), revision: 3));
        Assert.Equal("WrongPartition", _parent.Read(KeyRange.Between([], null)));
        Assert.Equal("a=v@2.1", _parent.Read(KeyRange.Between([], Bytes("b/"))));
        Assert.Equal("d=v@6.1", _parent.Read(KeyRange.Between(Bytes("b0"), null)));
        Assert.Equal(ApplyError.WrongPartition, _parent.Put("b/1"));
        Assert.Equal(ApplyError.None, _parent.Put("b"));
        Assert.Equal(ApplyError.None, _parent.Put("b0"));
        Assert.Equal(ApplyError.WrongPartition, Delete(KeyRange.Between(Bytes("a"), Bytes("b/0"))));
        Assert.Equal(ApplyError.None, Delete(KeyRange.Between(Bytes("a"), Bytes("b/"))));
    }

    [Theory]
    [InlineData("compare")]
    [InlineData("taken")]
    [InlineData("not taken")]
    [InlineData("nested")]
    public void A_transaction_that_names_a_foreign_key_anywhere_is_refused(string where)
    {
        _parent.Delegate("b/", 1);
        var read = new RangeOperation(KeyRange.OfKey("b/1"u8));
        var txn = where switch
        {
            "compare" => Txn([new Comparison(Prefix("b/"), CompareTarget.Version, CompareResult.Less, 0, default)], []),
            "taken" => Txn([], [read]),
            "not taken" => new TxnOperation([], [], [read]),
            _ => Txn([], [Txn([], [new DeleteRangeOperation(Prefix("b"))])]),
        };
        Assert.Equal(ApplyError.WrongPartition, _parent.Apply(new TxnCommand(txn)).Error);
        if (where != "nested")
        {
            Assert.Equal(ApplyError.WrongPartition, _parent.View.Read(txn, out _));
        }

        Assert.Equal(ApplyError.None, _parent.Apply(new TxnCommand(Txn([], [new RangeOperation(Prefix("a"))]))).Error);
    }

    [Fact]
    public void Nobody_is_told_that_keys_were_given_away()
    {
        var given = _parent.Apply(new DelegatePrefixCommand(Bytes("b/"), 1));
        Assert.Empty(_parent.State.LastEvents);
        Assert.Equal(6, given.Delegated!.Revision);
        Assert.Null(_parent.Apply(new DelegatePrefixCommand(Bytes("b/"), 1)).Delegated);
        _parent.Put("e");
        Assert.Equal("b/c/1=v@5.1 d=v@6.1 e=v@8.1", _parent.Watch(5));
        _parent.Reopen();
        _parent.CompactAll(7);
        Assert.Equal("e=v@8.1", _parent.Watch(7));
    }

    [Fact]
    public void A_prefix_without_keys_is_given_away_without_a_revision()
    {
        Assert.Equal(6, _parent.Delegate("x", 1).Revision);
        Assert.Equal(6, _parent.View.Revision);
        Assert.Equal(ApplyError.WrongPartition, _parent.Put("x"));
    }

    [Fact]
    public void Giving_away_again_has_the_same_answer_and_to_another_one_is_refused()
    {
        _parent.Delegate("b/c", 1);
        var first = _parent.Delegate("b/", 2);
        _parent.Put("e");
        _parent.Reopen();
        var again = _parent.Delegate("b/", 2);
        Assert.Equal((first.Revision, 1u), (again.Revision, Assert.Single(again.Inner).Partition));
        Assert.Equal(ApplyError.WrongPartition, _parent.Apply(new DelegatePrefixCommand(Bytes("b/"), 3)).Error);
        Assert.Equal(ApplyError.WrongPartition, _parent.Apply(new DelegatePrefixCommand(Bytes("b/1"), 3)).Error);
        Assert.Equal(ApplyError.WrongPartition, _parent.Apply(new DelegatePrefixCommand([], 3)).Error);
    }

    [Fact]
    public void A_command_that_comes_after_its_new_owner_has_gone_gives_nothing_away()
    {
        _parent.Delegate("b/", 1);
        _parent.Apply(new AdoptPrefixCommand(Bytes("b/"), 1, 9, []));
        _parent.Reopen();
        Assert.Equal(1, _parent.View.Ownership.Adoptions);
        Assert.Equal(ApplyError.WrongPartition, _parent.Apply(new DelegatePrefixCommand(Bytes("b/"), 1, 0)).Error);
        Assert.Equal(ApplyError.None, _parent.Put("b/1"));
        Assert.Equal(ApplyError.None, _parent.Apply(new DelegatePrefixCommand(Bytes("b/"), 2, 1)).Error);
    }

    [Fact]
    public void A_watch_ends_where_the_first_of_its_keys_went()
    {
        _parent.Delegate("b/c", 1);
        _parent.Delegate("b/", 2);
        var ownership = _parent.View.Ownership;
        Assert.Equal("b/"u8.ToArray(), Assert.Single(ownership.Delegations).Prefix);
        Assert.Equal(6, ownership.FindMoved(Prefix("b/")));
        Assert.Equal(6, ownership.FindMoved(KeyRange.OfKey("b/c/1"u8)));
        Assert.Equal(7, ownership.FindMoved(KeyRange.OfKey("b/1"u8)));
        Assert.Null(ownership.FindMoved(KeyRange.OfKey("b"u8)));
    }

    [Fact]
    public void Keys_to_be_copied_outlive_compaction_until_the_copy_is_finished()
    {
        _parent.Put("b/1", "w");
        _parent.Delegate("b/", 1);
        _parent.Put("a", "w");
        _parent.CompactAll(_parent.View.Revision);
        _parent.Reopen();
        Assert.Equal("b/1@7 b/2@4 b/c/1@5", Copy());
        Assert.Null(_parent.View.ReadDelegated("x"u8, [], 10, 10));
        var before = _parent.View;
        int stored = _parent.StoredChanges;

        _parent.Apply(new DelegationFinishedCommand(Bytes("b/"), 2));
        Assert.False(_parent.State.HasCompactionWork);
        _parent.Apply(new DelegationFinishedCommand(Bytes("b/"), 1));
        _parent.Remove();
        Assert.Null(_parent.View.ReadDelegated("b/"u8, [], 10, 10));
        Assert.Null(before.ReadDelegated("b/"u8, [], 10, 10));
        Assert.True(_parent.StoredChanges < stored);
    }

    [Fact]
    public void An_alarm_of_space_stops_no_move_and_one_of_corruption_does()
    {
        _parent.Apply(new AlarmCommand(AlarmAction.Activate, 1, AlarmKind.NoSpace));
        _parent.Delegate("b/", 1);
        Assert.Equal(ApplyError.WrongPartition, _parent.Put("b/1"));
        Assert.Equal(ApplyError.NoSpace, _parent.Put("a"));
        _parent.Apply(new AlarmCommand(AlarmAction.Activate, 1, AlarmKind.Corrupt));
        Assert.Equal(ApplyError.Corrupt, _parent.Apply(new DelegatePrefixCommand(Bytes("d"), 1)).Error);
    }

    private ApplyError Delete(KeyRange range) => _parent.Apply(new DeleteRangeCommand(new DeleteRangeOperation(range))).Error;

    private string Copy() => string.Join(
        ' ',
        _parent.View.ReadDelegated("b/"u8, [], 10, long.MaxValue)!
            .Select(key => $"{System.Text.Encoding.ASCII.GetString(key.Key.Span)}@{key.Revision.Main}"));

    private static TxnOperation Txn(IReadOnlyList<Comparison> comparisons, IReadOnlyList<Operation> operations) =>
        new(comparisons, operations, []);
}
