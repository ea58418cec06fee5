using Coordination.StateMachine.Model;

namespace Coordination.StateMachine.Tests;

public sealed class HistoryHashTests
{
    private readonly MemoryStore _store = new();
    private readonly PartitionState _state;
    private ulong _index;

    public HistoryHashTests() => _state = new PartitionState(_store);

    [Fact]
    public void The_hash_of_a_history_is_that_of_every_release()
    {
        Apply(new LeaseGrantCommand(7, 60));
        Apply(Put("key", "value", lease: 7));
        Apply(new TxnCommand(new TxnOperation([], [Put("a", "1").Put, Put("b", "22222222-3").Put], [])));
        Apply(new DeleteRangeCommand(new DeleteRangeOperation(KeyRange.OfKey("a"u8))));
        Assert.Equal(0xF26B7C90, Hash(_state));
    }

    [Fact]
    public void A_revision_keeps_its_hash_while_others_are_added()
    {
        Apply(Put("a", "1"));
        Apply(Put("b", "1"));
        uint before = Hash(_state);
        Apply(Put("a", "2"));

        Assert.Equal(before, Hash(_state, 3));
        Assert.NotEqual(before, Hash(_state));
    }

    [Fact]
    public void Whatever_differs_shows()
    {
        HashSet<uint> hashes = [];
        PutCommand[] puts = [Put("a", "1"), Put("b", "1"), Put("a", "2"), Put("a", ""), Put("a1", ""), Put("", "a1")];
        foreach (var put in puts)
        {
            var state = new PartitionState(new MemoryStore());
            state.Apply(1, 1, put);
            state.Commit();
            hashes.Add(Hash(state));
        }

        Assert.Equal(puts.Length, hashes.Count);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    public void How_much_of_a_compaction_is_removed_makes_no_difference(long compacted)
    {
        Apply(Put("a", "1"));
        Apply(Put("b", "1"));
        Apply(Put("a", "2"));
        Apply(new DeleteRangeCommand(new DeleteRangeOperation(KeyRange.OfKey("b"u8))));
        Apply(Put("b", "2"));
        Apply(new DeleteRangeCommand(new DeleteRangeOperation(KeyRange.OfKey("a"u8))));
        Apply(Put("c", "1"));
        Apply(new CompactCommand(compacted));
        uint before = Hash(_state);
        while (_state.HasCompactionWork)
        {
            _state.Compact(1);
            _state.Commit();
            Assert.Equal(before, Hash(_state));
        }

        Assert.Equal(before, Hash(new PartitionState(_store)));
    }

    [Fact]
    public void A_revision_that_cannot_be_read_has_no_hash()
    {
        Apply(Put("a", "1"));
        Apply(Put("a", "2"));
        Apply(new CompactCommand(3));

        Assert.Equal(ApplyError.Compacted, _state.View.Hash(2, out _));
        Assert.Equal(ApplyError.None, _state.View.Hash(3, out _));
        Assert.Equal(ApplyError.FutureRevision, _state.View.Hash(4, out _));
    }

    [Fact]
    public void A_view_that_a_compaction_has_passed_says_so()
    {
        Apply(Put("a", "1"));
        Apply(Put("a", "2"));
        var view = _state.View;
        Apply(new CompactCommand(3));

        Assert.True(view.IsOvertaken);
        Assert.Equal(ApplyError.Compacted, view.Hash(0, out _));
        Assert.False(_state.View.IsOvertaken);
    }

    private static PutCommand Put(string key, string value, long lease = 0) =>
        new(new PutOperation(System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value), lease));

    private static uint Hash(PartitionState state, long revision = 0)
    {
        Assert.Equal(ApplyError.None, state.View.Hash(revision, out uint hash));
        return hash;
    }

    private void Apply(Command command)
    {
        Assert.Equal(ApplyError.None, _state.Apply(++_index, 1, command).Error);
        _state.Commit();
    }
}
