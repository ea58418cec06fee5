using Coordination.StateMachine.Model;

namespace Coordination.StateMachine.Tests;

public sealed class CompactionTests
{
    private readonly MemoryStore _store = new();
    private PartitionState _state;
    private ulong _index;

    public CompactionTests() => _state = new PartitionState(_store);

    [Fact]
    public void A_deletion_at_the_compact_revision_stays_until_the_next_compaction()
    {
        Put("a");
        Delete("a");
        Put("b");
        Compact(3);
        RemoveAll();
        Assert.Equal(["3 delete 61", "4 put 62"], Stored());

        Compact(4);
        RemoveAll();
        Assert.Equal(["4 put 62"], Stored());
    }

    [Fact]
    public void A_deletion_at_the_compact_revision_goes_when_the_key_is_back_by_the_next_compaction()
    {
        Put("a");
        Delete("a");
        Compact(3);
        RemoveAll();
        Put("a");
        Compact(4);
        RemoveAll();
        Assert.Equal(["4 put 61"], Stored());
        Assert.Equal(1, _state.View.KeyCount);
    }

    [Fact]
    public void A_crash_in_the_middle_of_a_removal_leaves_nothing_behind()
    {
        for (int i = 0; i < 5; i++)
        {
            Put("a");
            Delete("a");
        }

        Compact(7);
        _state.Commit();
        for (int i = 0; i < 20; i++)
        {
            // What this slice removed is lost with the process; what the one before removed is not.
            _state.Compact(2);
            _state = new PartitionState(_store);
            _state.Compact(1);
            _state.Commit();
        }

        Assert.False(_state.HasCompactionWork);
        Assert.Equal(["7 delete 61", "8 put 61", "9 delete 61", "10 put 61", "11 delete 61"], Stored());
    }

    [Fact]
    public void Many_deletions_at_the_compact_revision_do_not_hold_up_small_slices()
    {
        for (int i = 0; i < 9; i++)
        {
            Put($"k{i}");
        }

        Apply(new DeleteRangeCommand(new DeleteRangeOperation(KeyRange.Between([0], null))));
        Compact(11);
        RemoveAll();
        Assert.Equal(9, _store.Changes.Count());
        Put("a");
        Compact(12);
        RemoveAll();
        Assert.Equal(["12 put 61"], Stored());
    }

    [Fact]
    public void What_is_compacted_before_it_was_committed_is_removed_later()
    {
        Put("a");
        Delete("a");
        Put("b");
        Compact(4);
        _state.Compact(int.MaxValue);
        Assert.True(_state.HasCompactionWork);
        RemoveAll();
        Assert.Equal(["4 put 62"], Stored());
    }

    private IEnumerable<string> Stored() => _store.Changes.Select(static change =>
        $"{change.ModRevision} {(change.Version == 0 ? "delete" : "put")} {Convert.ToHexString(change.Key)}");

    private void Put(string key) => Apply(new PutCommand(new PutOperation(System.Text.Encoding.UTF8.GetBytes(key), default)));

    private void Delete(string key) =>
        Apply(new DeleteRangeCommand(new DeleteRangeOperation(KeyRange.OfKey(System.Text.Encoding.UTF8.GetBytes(key)))));

    private void Compact(long revision) => Apply(new CompactCommand(revision));

    private void Apply(Command command) => Assert.Equal(ApplyError.None, _state.Apply(++_index, 1, command).Error);

    private void RemoveAll()
    {
        _state.Commit();
        for (int i = 0; i < 100 && _state.HasCompactionWork; i++)
        {
            _state.Compact(1);
            _state.Commit();
        }

        Assert.False(_state.HasCompactionWork);
    }
}
