namespace Coordination.Raft.Tests;

/// <summary>
/// A replica that takes the place of an earlier one of its id, which took part up to term 5 and whose data are gone: it does nothing that
/// the other could not have done.
/// </summary>
public sealed class FloorTests
{
    private const int Floor = 5;

    [Fact]
    public void It_votes_in_no_term_in_which_the_earlier_one_may_have_voted()
    {
        var replica = New();
        replica.Step(From.VoteRequest(2, term: Floor, lastIndex: 9, lastTerm: Floor));
        Assert.Equal(new VoteResponse(Given.Id(1), Given.Id(2), Given.In(Floor + 1), Granted: false), replica.TakeOnly<VoteResponse>());
        Assert.Equal(ReplicaId.None, replica.Node.GetStatus().Vote);
    }

    [Theory]
    [InlineData(Floor, false)]
    [InlineData(Floor + 1, true)]
    public void It_votes_only_for_a_log_that_has_an_entry_of_a_later_term(int lastTerm, bool isGranted)
    {
        var replica = New();
        replica.Step(From.PreVoteRequest(2, term: Floor + 1, lastIndex: 9, lastTerm));
        Assert.Equal(isGranted, replica.TakeOnly<PreVoteResponse>().Granted);
        replica.Step(From.VoteRequest(2, term: Floor + 2, lastIndex: 9, lastTerm));
        Assert.Equal(isGranted, replica.TakeOnly<VoteResponse>().Granted);
    }

    [Fact]
    public void It_votes_for_nobody_else_while_it_is_fed_what_the_earlier_one_had()
    {
        var replica = New();

        // Once upon a time the earlier one was made a voter; it has more to come, which the asker lacks too.
        replica.Step(From.Append(2, Floor + 1, 0, 0, 0, Given.Command(1, 1), Given.MembershipChange(2, 1, Given.Voters(1, 2, 3))));
        replica.Tick(20);
        replica.Forget();
        replica.Step(From.VoteRequest(3, term: Floor + 2, lastIndex: 3, lastTerm: 2));
        Assert.False(replica.TakeOnly<VoteResponse>().Granted);
    }

    [Fact]
    public void It_does_not_stand_before_its_log_has_an_entry_of_a_later_term()
    {
        var replica = New();
        replica.Step(From.Append(2, Floor + 1, 0, 0, 0, Given.MembershipChange(1, 1, Given.Voters(1, 2, 3))));
        replica.Tick(50);
        replica.Step(new TimeoutNow(Given.Id(2), Given.Id(1), Given.In(Floor + 1)));
        Assert.Equal(ReplicaRole.Follower, replica.Node.Role);

        replica.Step(From.Append(2, Floor + 1, 1, 1, 0, Given.Command(2, Floor + 1)));
        replica.Tick(50);
        Assert.Equal(ReplicaRole.PreCandidate, replica.Node.Role);
    }

    [Fact]
    public void It_is_as_careful_after_a_restart()
    {
        var replica = New();
        replica.Step(From.Append(2, Floor + 3, 0, 0, 0, Given.MembershipChange(1, 1, Given.Voters(1, 2, 3))));
        replica.Restart();
        replica.Step(From.VoteRequest(3, term: Floor + 4, lastIndex: 9, lastTerm: Floor));
        Assert.False(replica.TakeOnly<VoteResponse>().Granted);
        replica.Step(From.VoteRequest(3, term: Floor + 5, lastIndex: 9, lastTerm: Floor + 1));
        Assert.True(replica.TakeOnly<VoteResponse>().Granted);
    }

    [Fact]
    public void What_was_sent_to_the_earlier_one_does_not_reach_it()
    {
        var replica = New();
        replica.Step(From.Heartbeat(2, term: Floor, commit: 7));
        Assert.Equal(Given.In(Floor + 1), replica.TakeOnly<TermNotice>().Term);
    }

    [Fact]
    public void Without_an_earlier_one_it_begins_at_no_term()
    {
        Assert.Equal(default, RestoredState.Joining(Term.None).HardState);
        var beyond = new HardState(Given.In(6), ReplicaId.None, default) { Floor = Given.In(5) };
        Assert.Equal(beyond, RestoredState.Joining(Given.In(5)).HardState);
    }

    private static LoneReplica New() => new(RestoredState.Joining(Given.In(Floor)));
}
