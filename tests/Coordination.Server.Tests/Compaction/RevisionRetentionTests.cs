namespace Coordination.Server.Tests;

public sealed class RevisionRetentionTests
{
    private readonly RevisionRetention _policy = new(100);

    [Theory]
    [InlineData(50, null)]
    [InlineData(100, null)]
    [InlineData(101, 1L)]
    [InlineData(1000, 900L)]
    public void The_last_revisions_are_kept(long revision, long? target)
    {
        Assert.Equal(target, _policy.FindRevision(revision, isLeader: true));
    }

    [Fact]
    public void A_follower_leaves_it_to_the_leader()
    {
        Assert.Null(_policy.FindRevision(1000, isLeader: false));
    }

    [Fact]
    public void The_same_revision_is_not_given_up_twice()
    {
        _policy.OnCompacted(900);

        Assert.Null(_policy.FindRevision(1000, isLeader: true));
        Assert.Equal(901, _policy.FindRevision(1001, isLeader: true));
    }
}
