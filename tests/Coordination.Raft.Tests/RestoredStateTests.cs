namespace Coordination.Raft.Tests;

public sealed class RestoredStateTests
{
    [Fact]
    public void A_sound_state_is_restored_as_it_is()
    {
        var state = Given.Restored(Given.Commands(1, 1, 3), term: 4, commit: 2, vote: 3) with { Applied = Given.At(1) };
        Assert.Empty(state.Validate());
        var status = new RaftNode(Given.Options(), state).GetStatus();
        Assert.Equal((Given.In(4), Given.Id(3), ReplicaRole.Follower), (status.Term, status.Vote, status.Role));
        Assert.Equal((Given.At(3), Given.In(3), Given.At(3)), (status.LastIndex, status.LastTerm, status.Durable));
        Assert.Equal((Given.At(2), Given.At(1), ReplicaId.None), (status.Committed, status.Applied, status.Leader));
    }

    [Fact]
    public void The_latest_membership_in_the_log_counts_even_when_it_is_not_committed()
    {
        var state = Given.Restored([Given.Command(1, 1), Given.MembershipChange(2, 1, Given.Voters(1, 2))], term: 1);
        Assert.Equal(Given.Voters(1, 2), new RaftNode(Given.Options(), state).Membership);
    }

    [Fact]
    public void A_state_with_only_a_snapshot_is_sound()
    {
        var state = new RestoredState
        {
            HardState = new HardState(Given.In(3), ReplicaId.None, Given.At(9)),
            Snapshot = Given.Snapshot(9, 3, Given.Voters(1, 2)),
        };
        var status = new RaftNode(Given.Options(), state).GetStatus();
        Assert.Equal((Given.At(9), Given.At(9), Given.At(9)), (status.SnapshotIndex, status.Applied, status.Committed));
        Assert.Equal((Given.At(9), Given.In(3)), (status.LastIndex, status.LastTerm));
    }

    [Fact]
    public void Applied_entries_are_committed_whatever_the_hard_state_says()
    {
        var state = Given.Restored(Given.Commands(1, 1), term: 1) with { Applied = Given.At(2) };
        var node = new RaftNode(Given.Options(), state);
        Assert.Equal(Given.At(2), node.Committed);
        Assert.True(node.TakeReady().Committed.IsEmpty);
    }

    public static TheoryData<string, RestoredState> Contradictions() => new()
    {
        { "cannot follow", Given.Restored([Given.Command(2, 1)], term: 1) },
        { "cannot follow", Given.Restored([Given.Command(1, 1), Given.Command(3, 1)], term: 1) },
        { "cannot follow", Given.Restored([Given.Command(1, 2), Given.Command(2, 1)], term: 2) },
        { "the hard state is of term 1", Given.Restored(Given.Commands(2), term: 1) },
        { "is committed, but the log ends at 1", Given.Restored(Given.Commands(1), term: 1, commit: 2) },
        { "is applied, but the log ends at 1", Given.Restored(Given.Commands(1), term: 1) with { Applied = Given.At(2) } },
        { "needs a term", Given.Restored([], term: 0, vote: 2) },
        {
            "An earlier replica took part up to term 4, and this one is in term 4",
            Given.Restored([], term: 4) with { HardState = new HardState(Given.In(4), default, default) { Floor = Given.In(4) } }
        },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void A_contradiction_is_named_and_refused(string contradiction, RestoredState state)
    {
        Assert.Contains(contradiction, Assert.Single(state.Validate()), StringComparison.Ordinal);
        var refusal = Assert.Throws<ArgumentException>(() => new RaftNode(Given.Options(), state));
        Assert.Contains(contradiction, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Contradictions_of_options_and_state_are_named_together()
    {
        var refusal = Assert.Throws<ArgumentException>(
            () => new RaftNode(Given.Options() with { HeartbeatTicks = 0 }, Given.Restored(Given.Commands(2), term: 1)));
        Assert.Contains("HeartbeatTicks", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("hard state", refusal.Message, StringComparison.Ordinal);
    }
}
