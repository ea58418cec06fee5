namespace Coordination.Raft.Tests;

/// <summary>What the node does when its owner breaks the contract: it stops instead of going on with a wrong picture.</summary>
public sealed class RaftNodeMisuseTests
{
    [Fact]
    public void A_write_that_was_not_handed_out_cannot_be_durable()
    {
        var replica = LoneReplica.New();
        Assert.Throws<InvariantViolationException>(() => replica.Node.Persisted(1));
    }

    [Fact]
    public void An_acknowledgement_may_be_repeated()
    {
        var replica = LoneReplica.New().Lead();
        replica.Node.Persisted(1);
        Assert.Equal(Given.At(1), replica.Node.GetStatus().Durable);
    }

    [Fact]
    public void What_was_not_handed_out_cannot_be_applied()
    {
        var replica = LoneReplica.New().Lead().Commit();
        Assert.Throws<InvariantViolationException>(() => replica.Node.Applied(Given.At(2)));
    }

    [Fact]
    public void What_is_not_applied_cannot_be_compacted_or_described()
    {
        var replica = LoneReplica.With(term: 1, terms: [1, 1, 1], commit: 2);
        Assert.Throws<InvariantViolationException>(() => replica.Node.Compact(Given.At(1)));
        Assert.Throws<InvariantViolationException>(() => replica.Node.DescribeSnapshot(Given.At(1)));
        replica.Settle();
        replica.Node.Compact(Given.At(2));
        Assert.Throws<InvariantViolationException>(() => replica.Node.Compact(Given.At(3)));
    }

    [Fact]
    public void What_is_compacted_cannot_be_described_and_compacting_it_again_does_nothing()
    {
        var replica = LoneReplica.With(term: 1, terms: [1, 1, 1], commit: 3);
        replica.Settle();
        replica.Node.Compact(Given.At(2));
        replica.Node.Compact(Given.At(1));
        Assert.Equal(Given.At(2), replica.Node.GetStatus().SnapshotIndex);
        Assert.Throws<InvariantViolationException>(() => replica.Node.DescribeSnapshot(Given.At(1)));
        Assert.Equal(Given.Snapshot(2, 1, Given.Voters(1, 2, 3)), replica.Node.DescribeSnapshot(Given.At(2)));
    }

    [Fact]
    public void A_snapshot_ahead_of_the_commit_cannot_be_sent()
    {
        var replica = LoneReplica.New().Lead().Commit();
        replica.Replica.Compact(Given.At(1));
        replica.Step(new AppendRejected(Given.Id(3), Given.Id(1), Given.In(1), LogIndex.None, LogIndex.None, Term.None));
        replica.Step(From.HeartbeatResponse(3, term: 1, round: 1));
        Assert.Equal(Given.Ids(3), replica.SnapshotsWanted);
        Assert.Throws<InvariantViolationException>(
            () => replica.Node.SendSnapshot(Given.Id(3), Given.Snapshot(5, 1, Given.Voters(1, 2, 3))));
    }

    [Fact]
    public void Nothing_may_be_missing()
    {
        var node = LoneReplica.New().Node;
        Assert.Throws<ArgumentNullException>(() => node.Step(null!));
        Assert.Throws<ArgumentNullException>(() => node.ProposeMembership(null!));
        Assert.Throws<ArgumentNullException>(() => node.SendSnapshot(Given.Id(2), null!));
        Assert.Throws<ArgumentNullException>(() => new RaftNode(null!, RestoredState.Joining()));
        Assert.Throws<ArgumentNullException>(() => new RaftNode(Given.Options(), null!));
    }

    [Fact]
    public void A_node_without_work_has_nothing_ready()
    {
        var replica = LoneReplica.New();
        Assert.False(replica.Node.HasReady);
        var ready = replica.Node.TakeReady();
        Assert.Empty(ready.Messages);
        Assert.Null(ready.Persist);
        Assert.True(ready.Committed.IsEmpty);
    }

    [Fact]
    public void Taking_never_leaves_a_node_with_the_same_work_again()
    {
        var replica = LoneReplica.New().Lead();
        replica.Node.Propose(new byte[] { 1 });
        replica.Replica.IsDiskStalled = true;
        replica.Node.Read(1);
        replica.Node.TakeReady();
        Assert.False(replica.Node.HasReady);
    }
}
