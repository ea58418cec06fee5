using Coordination.StateMachine.Model;

namespace Coordination.StateMachine.Tests;

public sealed class MetadataWriteTests
{
    private readonly MemoryStore _store = new();
    private PartitionState _state;

    public MetadataWriteTests()
    {
        _state = new PartitionState(_store);
    }

    [Fact]
    public void A_new_state_has_no_rows_and_version_0()
    {
        Assert.Equal("0: ", Shown());
    }

    [Fact]
    public void A_row_has_the_version_that_the_table_got_by_its_write()
    {
        Assert.Equal(new MetadataWriteResult(true, 1), Write(Put("a", 1)));
        Assert.Equal(new MetadataWriteResult(true, 2), Write(Put("b", 2), Put("c", 3)));
        Assert.Equal(new MetadataWriteResult(true, 3), Write(Put("a", 4)));
        Assert.Equal("3: a@3=04 b@2=02 c@2=03", Shown());
    }

    [Theory]
    [InlineData(MetadataConditionKind.None, 0, true, true)]
    [InlineData(MetadataConditionKind.Absent, 0, true, false)]
    [InlineData(MetadataConditionKind.Present, 0, false, true)]
    [InlineData(MetadataConditionKind.AtVersion, 0, false, false)]
    [InlineData(MetadataConditionKind.AtVersion, 2, false, true)]
    [InlineData(MetadataConditionKind.AtVersion, 3, false, false)]
    public void A_condition_is_about_the_row_as_it_is(MetadataConditionKind kind, long version, bool whenAbsent, bool whenPresent)
    {
        Write(Put("other", 1));
        Write(Put("present", 1));
        var condition = kind switch
        {
            MetadataConditionKind.Absent => MetadataCondition.Absent,
            MetadataConditionKind.Present => MetadataCondition.Present,
            MetadataConditionKind.AtVersion => MetadataCondition.AtVersion(version),
            _ => MetadataCondition.None,
        };
        Assert.Equal(whenPresent, Write(new MetadataWrite("present", condition, new byte[] { 2 })).Succeeded);
        Assert.Equal(whenAbsent, Write(new MetadataWrite("absent", condition, new byte[] { 2 })).Succeeded);
    }

    [Fact]
    public void When_one_condition_does_not_hold_nothing_is_written()
    {
        Write(Put("a", 1));
        var refused = Write(Put("a", 2), Put("b", 2), new MetadataWrite("c", MetadataCondition.Present, new byte[] { 2 }));
        Assert.Equal(new MetadataWriteResult(false, 1), refused);
        Assert.Equal("1: a@1=01", Shown());
    }

    [Fact]
    public void A_row_that_was_deleted_and_comes_back_has_a_version_of_its_own()
    {
        Write(Put("a", 1));
        Assert.True(Write(new MetadataWrite("a", MetadataCondition.AtVersion(1), null)).Succeeded);
        Assert.Equal("2: ", Shown());
        Reopen();
        Write(new MetadataWrite("a", MetadataCondition.Absent, new byte[] { 1 }));
        Assert.Equal("3: a@3=01", Shown());
        Assert.False(Write(new MetadataWrite("a", MetadataCondition.AtVersion(1), null)).Succeeded);
    }

    [Fact]
    public void An_empty_value_is_a_value()
    {
        Write(new MetadataWrite("a", MetadataCondition.Absent, ReadOnlyMemory<byte>.Empty));
        Assert.Equal("1: a@1=", Shown());
    }

    [Fact]
    public void Rows_are_visible_and_stored_with_the_commit_and_not_before()
    {
        Write(Put("a", 1));
        var before = _state.View;
        Apply(new MetadataWriteCommand([Put("a", 2)]));
        Assert.Equal("1: a@1=01", Answers.Describe(_state.View.Metadata));
        Assert.Equal("1: a@1=01", Answers.Describe(new PartitionState(_store).View.Metadata));
        _state.Commit();
        Assert.Equal("2: a@2=02", Shown());
        Assert.Equal("1: a@1=01", Answers.Describe(before.Metadata));
        Reopen();
        Assert.Equal("2: a@2=02", Shown());
        Assert.Equal(2UL, _state.AppliedIndex);
    }

    [Fact]
    public void Clients_see_nothing_of_it()
    {
        Apply(new PutCommand(new PutOperation([1], new byte[] { 1 })));
        _state.Commit();
        Assert.Equal(ApplyError.None, _state.View.Hash(0, out uint hash));
        long revision = _state.View.Revision;

        var result = Apply(new MetadataWriteCommand([Put("\u0001", 2)]));
        _state.Commit();

        Assert.Equal(revision, result.Revision);
        Assert.Equal(revision, _state.View.Revision);
        Assert.Empty(_state.LastEvents);
        Assert.Equal(1, _state.View.KeyCount);
        Assert.Equal(ApplyError.None, _state.View.Hash(0, out uint after));
        Assert.Equal(hash, after);
    }

    [Fact]
    public void A_cluster_that_is_full_takes_metadata_and_a_damaged_one_does_not()
    {
        Apply(new AlarmCommand(AlarmAction.Activate, 1, AlarmKind.NoSpace));
        Assert.True(Write(Put("a", 1)).Succeeded);
        Apply(new AlarmCommand(AlarmAction.Activate, 1, AlarmKind.Corrupt));
        Assert.Equal(ApplyError.Corrupt, Apply(new MetadataWriteCommand([Put("a", 2)])).Error);
        Assert.Equal("1: a@1=01", Shown());
    }

    [Fact]
    public void A_row_does_not_share_memory_with_the_command()
    {
        byte[] value = [1];
        Write(new MetadataWrite("a", MetadataCondition.None, value));
        value[0] = 2;
        Assert.Equal("1: a@1=01", Shown());
    }

    private static MetadataWrite Put(string key, byte value) => new(key, MetadataCondition.None, new[] { value });

    private string Shown()
    {
        _state.Commit();
        return Answers.Describe(_state.View.Metadata);
    }

    private void Reopen() => _state = new PartitionState(_store);

    private MetadataWriteResult Write(params MetadataWrite[] writes)
    {
        var result = Apply(new MetadataWriteCommand(writes));
        _state.Commit();
        Assert.Equal(ApplyError.None, result.Error);
        return Assert.IsType<MetadataWriteResult>(result.Result);
    }

    private ApplyResult Apply(Command command) => _state.Apply(_state.AppliedIndex + 1, 1, command);
}
