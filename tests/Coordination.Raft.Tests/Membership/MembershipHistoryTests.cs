namespace Coordination.Raft.Tests;

public sealed class MembershipHistoryTests
{
    [Fact]
    public void The_latest_counts_and_truncation_brings_back_the_one_before()
    {
        var history = ThreeChanges();
        Assert.Equal((Given.Voters(1), Given.At(9)), (history.Latest, history.LatestIndex));
        Assert.False(history.Truncate(Given.At(10)));
        Assert.True(history.Truncate(Given.At(9)));
        Assert.Equal(Given.Voters(1, 2), history.Latest);
        Assert.True(history.Truncate(Given.At(3)));
        Assert.Equal(Given.Voters(1, 2, 3), history.Latest);
    }

    [Fact]
    public void The_membership_of_a_position_is_the_last_one_at_or_before_it()
    {
        var history = ThreeChanges();
        Assert.Equal(Given.Voters(1, 2, 3), history.At(Given.At(4)));
        Assert.Equal(Given.Voters(1, 2), history.At(Given.At(5)));
        Assert.Equal(Given.Voters(1, 2), history.At(Given.At(8)));
        Assert.Equal(Given.Voters(1), history.At(Given.At(100)));
    }

    [Fact]
    public void Compaction_keeps_what_is_needed_from_the_position_on()
    {
        var history = ThreeChanges();
        history.Compact(Given.At(6));
        Assert.Equal(Given.Voters(1, 2), history.At(Given.At(6)));
        Assert.Throws<InvariantViolationException>(() => history.At(Given.At(4)));
    }

    [Fact]
    public void Truncation_cannot_take_the_last_membership_away()
    {
        var history = ThreeChanges();
        history.Compact(Given.At(9));
        Assert.Throws<InvariantViolationException>(() => history.Truncate(Given.At(9)));
    }

    [Fact]
    public void Changes_must_follow_each_other() =>
        Assert.Throws<InvariantViolationException>(() => ThreeChanges().Add(Given.At(9), Given.Voters(2)));

    private static MembershipHistory ThreeChanges()
    {
        var history = new MembershipHistory(LogIndex.None, Given.Voters(1, 2, 3));
        history.Add(Given.At(5), Given.Voters(1, 2));
        history.Add(Given.At(9), Given.Voters(1));
        return history;
    }
}
