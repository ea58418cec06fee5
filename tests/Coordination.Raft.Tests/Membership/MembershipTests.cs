namespace Coordination.Raft.Tests;

public sealed class MembershipTests
{
    [Fact]
    public void Lists_are_sorted_sets_whatever_the_order_given()
    {
        var membership = Membership.Create(Given.Ids(3, 1, 2, 3), Given.Ids(5, 1), Given.Ids(9, 7), Given.Ids(5));
        Assert.Equal("voters=(1 2 3)&&(1 5) learners=(7 9) learnersNext=(5)", membership.ToString());
        Assert.Equal(Given.Ids(1, 2, 3, 5, 7, 9), membership.Members);
        Assert.True(membership.IsJoint);
    }

    [Fact]
    public void Equal_memberships_are_equal_and_different_ones_are_not()
    {
        var membership = Membership.Create(Given.Ids(1, 2), learners: Given.Ids(3));
        var same = Membership.Create(Given.Ids(2, 1), learners: Given.Ids(3));
        Assert.Equal(membership, same);
        Assert.Equal(membership.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(membership, Given.Voters(1, 2, 3));
        Assert.NotEqual(membership, Membership.Create(Given.Ids(1, 2), Given.Ids(1), Given.Ids(3)));
    }

    [Fact]
    public void Voters_of_either_set_vote_and_learners_do_not()
    {
        var membership = Membership.Create(Given.Ids(1), Given.Ids(2), Given.Ids(3));
        Assert.True(membership.IsVoter(Given.Id(1)));
        Assert.True(membership.IsVoter(Given.Id(2)));
        Assert.False(membership.IsVoter(Given.Id(3)));
        Assert.True(membership.IsLearner(Given.Id(3)));
        Assert.False(membership.IsMember(Given.Id(4)));
    }

    [Fact]
    public void Contradictions_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Membership.Create([], learners: Given.Ids(1)));
        Assert.Throws<ArgumentException>(() => Membership.Create(Given.Ids(0, 1)));
        Assert.Throws<ArgumentException>(() => Membership.Create(Given.Ids(1, 2), learners: Given.Ids(2)));
        Assert.Throws<ArgumentException>(() => Membership.Create(Given.Ids(1), Given.Ids(2), Given.Ids(2)));
        Assert.Throws<ArgumentException>(() => Membership.Create(Given.Ids(1, 2), Given.Ids(1, 2), learnersNext: Given.Ids(2)));
        Assert.Throws<ArgumentException>(() => Membership.Create(Given.Ids(1), Given.Ids(1), learnersNext: Given.Ids(3)));
    }
}
