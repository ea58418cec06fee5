namespace Coordination.Raft.Tests;

public sealed class RaftLogTests
{
    [Theory]
    [InlineData(5, 2, true)]
    [InlineData(4, 2, false)]
    [InlineData(1, 3, true)]
    [InlineData(9, 1, false)]
    [InlineData(6, 2, true)]
    public void The_later_last_term_and_then_the_longer_log_is_more_up_to_date(int lastIndex, int lastTerm, bool isUpToDate) =>
        Assert.Equal(isUpToDate, LogOf(1, 1, 1, 2, 2).IsUpToDate(Given.At(lastIndex), Given.In(lastTerm)));

    [Theory]
    [InlineData(9, 9, 6)]
    [InlineData(6, 2, 5)]
    [InlineData(4, 2, 4)]
    [InlineData(6, 1, 3)]
    [InlineData(2, 1, 2)]
    [InlineData(6, 0, 0)]
    public void Agreement_is_sought_a_term_at_a_time(int index, int term, int agreement) =>
        Assert.Equal(Given.At(agreement), LogOf(1, 1, 1, 2, 2, 3).FindAgreement(Given.At(index), Given.In(term)));

    [Fact]
    public void Entries_of_a_leader_that_are_there_already_change_nothing()
    {
        var log = LogOf(1, 1, 2);
        var effect = log.AppendFromLeader([Given.Command(2, 1), Given.Command(3, 2)]);
        Assert.Equal(AppendEffect.None, effect);
        Assert.False(log.HasUnissued);
    }

    [Fact]
    public void An_old_append_that_ends_early_does_not_cut_what_follows()
    {
        var log = LogOf(1, 1, 2);
        log.AppendFromLeader([Given.Command(2, 1)]);
        Assert.Equal(Given.At(3), log.LastIndex);
    }

    [Fact]
    public void The_first_difference_cuts_the_log()
    {
        var log = LogOf(1, 1, 1, 1);
        var effect = log.AppendFromLeader([Given.Command(2, 1), Given.Command(3, 2)]);
        Assert.Equal(AppendEffect.Truncated, effect);
        Assert.Equal((Given.At(3), Given.In(2), Given.At(2)), (log.LastIndex, log.LastTerm, log.Durable));
    }

    [Fact]
    public void Committed_entries_cannot_be_cut()
    {
        var log = LogOf(1, 1, 1);
        log.CommitTo(Given.At(2));
        Assert.Throws<InvariantViolationException>(() => log.AppendFromLeader([Given.Command(2, 5)]));
    }

    [Fact]
    public void A_commit_beyond_the_end_means_that_entries_were_lost() =>
        Assert.Throws<InvariantViolationException>(() => LogOf(1, 1).CommitTo(Given.At(3)));

    [Fact]
    public void Commit_never_goes_back()
    {
        var log = LogOf(1, 1);
        log.CommitTo(Given.At(2));
        log.CommitTo(Given.At(1));
        Assert.Equal(Given.At(2), log.Committed);
    }

    [Fact]
    public void Entries_must_follow_each_other_in_index_and_term()
    {
        Assert.Throws<InvariantViolationException>(() => LogOf(1, 1).Append(Given.Command(4, 1)));
        Assert.Throws<InvariantViolationException>(() => LogOf(1, 2).Append(Given.Command(3, 1)));
    }

    [Fact]
    public void Committed_entries_are_handed_out_once_in_portions_and_only_when_durable()
    {
        var log = LogOf(1, 1);
        log.Append(Given.Command(3, 1));
        log.CommitTo(Given.At(3));
        Assert.Equal(["1@1 Command 0B"], Names(log.HandOutCommitted(maxBytes: 1)));
        Assert.Equal(["2@1 Command 0B"], Names(log.HandOutCommitted(maxBytes: 1000)));
        Assert.False(log.HasCommittedToHandOut);
        log.Durability.Acknowledge(log.IssueWrite(out _, out _));
        Assert.Equal(["3@1 Command 0B"], Names(log.HandOutCommitted(maxBytes: 1000)));
    }

    [Fact]
    public void What_was_not_handed_out_cannot_be_applied()
    {
        var log = LogOf(1, 1);
        log.CommitTo(Given.At(2));
        log.HandOutCommitted(maxBytes: 1);
        Assert.Throws<InvariantViolationException>(() => log.AppliedTo(Given.At(2)));
    }

    [Fact]
    public void What_is_not_applied_cannot_be_compacted()
    {
        var log = LogOf(1, 1);
        log.CommitTo(Given.At(2));
        Assert.Throws<InvariantViolationException>(() => log.Compact(Given.At(1)));
    }

    [Fact]
    public void The_term_right_before_the_first_entry_survives_compaction()
    {
        var log = Applied(LogOf(1, 2, 3), upTo: 2);
        log.Compact(Given.At(2));
        Assert.Null(log.FindTerm(Given.At(1)));
        Assert.Equal(Given.In(2), log.FindTerm(Given.At(2)));
        Assert.Equal(Given.In(3), log.FindTerm(Given.At(3)));
        Assert.True(log.Matches(Given.At(2), Given.In(2)));
    }

    [Fact]
    public void A_snapshot_is_described_with_the_membership_of_its_position()
    {
        var log = LogOf(1);
        log.Append(Given.MembershipChange(2, 1, Given.Voters(1, 2)));
        log.Append(Given.Command(3, 1));
        log.Append(Given.MembershipChange(4, 1, Given.Voters(1)));
        log.Durability.Acknowledge(log.IssueWrite(out _, out _));
        Applied(log, upTo: 4);
        Assert.Equal(Given.Voters(1, 2, 3), log.Describe(Given.At(1)).Membership);
        log.Compact(Given.At(3));
        Assert.Equal(Given.Snapshot(3, 1, Given.Voters(1, 2)), log.Describe(Given.At(3)));
        Assert.Equal(Given.Voters(1), log.Describe(Given.At(4)).Membership);
        Assert.Throws<InvariantViolationException>(() => log.Describe(Given.At(2)));
    }

    [Fact]
    public void Truncation_brings_the_earlier_membership_back()
    {
        var log = LogOf(1);
        log.Append(Given.MembershipChange(2, 1, Given.Voters(1, 2)));
        Assert.Equal(Given.Voters(1, 2), log.Membership);
        var effect = log.AppendFromLeader([Given.Command(2, 2)]);
        Assert.Equal(AppendEffect.Truncated | AppendEffect.MembershipChanged, effect);
        Assert.Equal((Given.Voters(1, 2, 3), LogIndex.None), (log.Membership, log.MembershipIndex));
    }

    [Fact]
    public void A_snapshot_replaces_everything_and_goes_to_disk_with_the_next_write()
    {
        var log = LogOf(1, 1, 1);
        var snapshot = Given.Snapshot(9, 4, Given.Voters(2, 3));
        log.Restore(snapshot);
        Assert.Equal((Given.At(9), Given.In(4), Given.At(9), Given.At(9)), (log.LastIndex, log.LastTerm, log.Committed, log.Applied));
        Assert.Equal(LogIndex.None, log.Durable);
        long write = log.IssueWrite(out var issued, out var entries);
        Assert.Equal((snapshot, 0), (issued, entries.Length));
        log.Durability.Acknowledge(write);
        Assert.Equal(Given.At(9), log.Durable);
    }

    [Fact]
    public void A_snapshot_cannot_take_back_what_is_committed()
    {
        var log = LogOf(1, 1, 1);
        log.CommitTo(Given.At(3));
        Assert.Throws<InvariantViolationException>(() => log.Restore(Given.Snapshot(3, 1, Given.Voters(1, 2, 3))));
    }

    [Fact]
    public void A_restored_log_starts_durable_and_hands_out_what_follows_the_applied()
    {
        var state = Given.Restored(Given.Commands(1, 1, 1), term: 1, commit: 2) with { Applied = Given.At(1) };
        var log = new RaftLog(state);
        Assert.Equal((Given.At(3), Given.At(2), Given.At(1)), (log.Durable, log.Committed, log.Applied));
        Assert.Equal(["2@1 Command 0B"], Names(log.HandOutCommitted(1000)));
    }

    [Fact]
    public void Slices_that_were_handed_out_never_change()
    {
        var log = LogOf(1, 1, 1);
        var slice = log.Slice(Given.At(1), Given.At(3), long.MaxValue, int.MaxValue);
        var before = slice.ToArray();
        log.AppendFromLeader([Given.Command(2, 2), Given.Command(3, 2), Given.Command(4, 2)]);
        Applied(log, upTo: 1).Compact(Given.At(1));
        Assert.Equal(before, slice.ToArray());
    }

    private static RaftLog LogOf(params int[] terms) => new(Given.Restored(Given.Commands(terms), term: terms[^1]));

    private static RaftLog Applied(RaftLog log, int upTo)
    {
        log.CommitTo(Given.At(upTo));
        log.HandOutCommitted(long.MaxValue);
        log.AppliedTo(Given.At(upTo));
        return log;
    }

    private static IEnumerable<string> Names(ReadOnlyMemory<Entry> entries) => entries.ToArray().Select(entry => entry.ToString());
}
