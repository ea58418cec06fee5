using Coordination.StateMachine.Model;

namespace Coordination.StateMachine.Tests;

public sealed class StoreViewTests
{
    private readonly PartitionState _state = new(new MemoryStore());
    private ulong _index;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_read_of_the_past_that_a_compaction_overtakes_misses_nothing_silently(bool countOnly)
    {
        Put("a", "1");
        Put("b", "1");
        Put("a", "2");
        var view = _state.View;
        Apply(new CompactCommand(4));
        while (_state.HasCompactionWork)
        {
            _state.Compact(100);
            _state.Commit();
        }

        // The version of "a" that was current at revision 3 is cut off by now: the old view would show one key of two.
        var past = new RangeOperation(KeyRange.Between([], null)) { Revision = 3, CountOnly = countOnly };
        Assert.Equal(ApplyError.Compacted, view.Read(past, out _));
        Assert.True(view.IsOvertaken);
    }

    [Fact]
    public void A_read_of_the_present_does_not_mind_a_compaction_up_to_it()
    {
        Put("a", "1");
        var view = _state.View;
        Apply(new CompactCommand(2));
        Put("a", "2");

        Assert.Equal(ApplyError.None, view.Read(Range("a"), out var result));
        Assert.Equal("1"u8.ToArray(), Assert.Single(result.Items).Value.ToArray());
    }

    [Fact]
    public void A_read_of_what_was_the_present_before_a_compaction_has_to_be_repeated_on_a_newer_view()
    {
        Put("a", "1");
        var view = _state.View;
        Put("a", "2");
        Apply(new CompactCommand(3));

        Assert.Equal(ApplyError.Compacted, view.Read(Range("a"), out _));
        Assert.Equal(ApplyError.Compacted, view.Read(new TxnOperation([Exists("a")], [], []), out _));
        Assert.True(view.IsOvertaken);
        Assert.Equal(ApplyError.None, _state.View.Read(Range("a"), out _));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("2", false)]
    public void A_transaction_that_only_reads_takes_its_branch(string value, bool succeeds)
    {
        Put("a", "1");
        Put("b", "2");
        var comparison = new Comparison(
            KeyRange.OfKey("a"u8), CompareTarget.Value, CompareResult.Equal, 0, System.Text.Encoding.UTF8.GetBytes(value));
        var txn = new TxnOperation([comparison], [Range("a")], [Range("b"), Range("c")]);

        Assert.Equal(ApplyError.None, _state.View.Read(txn, out var result));
        Assert.NotNull(result);
        Assert.Equal(succeeds, result.Succeeded);
        Assert.Equal(succeeds ? [1] : [1, 0], result.Results.Cast<RangeResult>().Select(static range => (int)range.Count));
        Assert.All(result.Revisions, static revision => Assert.Equal(3, revision));
    }

    [Theory]
    [InlineData(2, ApplyError.Compacted)]
    [InlineData(9, ApplyError.FutureRevision)]
    public void A_range_that_cannot_be_read_refuses_the_whole_transaction(long revision, ApplyError error)
    {
        Put("a", "1");
        Put("a", "2");
        Apply(new CompactCommand(3));
        var txn = new TxnOperation([], [Range("a"), Range("a") with { Revision = revision }], []);

        Assert.Equal(error, _state.View.Read(txn, out _));
    }

    [Fact]
    public void A_transaction_that_writes_needs_the_log()
    {
        var txn = new TxnOperation([], [new PutOperation([1], default)], []);

        Assert.Throws<ArgumentException>(() => _state.View.Read(txn, out _));
    }

    private static Comparison Exists(string key) => new(
        KeyRange.OfKey(System.Text.Encoding.UTF8.GetBytes(key)), CompareTarget.Version, CompareResult.Greater, 0, default);

    private static RangeOperation Range(string key) => new(KeyRange.OfKey(System.Text.Encoding.UTF8.GetBytes(key)));

    private void Put(string key, string value) => Apply(new PutCommand(
        new PutOperation(System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value))));

    private void Apply(Command command)
    {
        Assert.Equal(ApplyError.None, _state.Apply(++_index, 1, command).Error);
        _state.Commit();
    }
}
