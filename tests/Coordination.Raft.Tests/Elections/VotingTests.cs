namespace Coordination.Raft.Tests;

public sealed class VotingTests
{
    [Fact]
    public void Voter_grants_and_persists_its_vote_before_the_answer_leaves()
    {
        var replica = LoneReplica.New();
        replica.Replica.IsDiskStalled = true;
        replica.Step(From.VoteRequest(2, term: 1));
        Assert.Empty(replica.TakeSent());
        var request = Assert.Single(replica.Replica.Unsynced);
        Assert.Equal(new HardState(Given.In(1), Given.Id(2), LogIndex.None), request.HardState);
        Assert.True(request.MustSync);
        replica.Replica.Persist();
        Assert.True(replica.TakeOnly<VoteResponse>().Granted);
    }

    [Fact]
    public void Voter_votes_once_in_a_term()
    {
        var replica = LoneReplica.New();
        replica.Step(From.VoteRequest(2, term: 1));
        replica.Forget();
        replica.Step(From.VoteRequest(3, term: 1));
        Assert.False(replica.TakeOnly<VoteResponse>().Granted);
        Assert.Equal(Given.Id(2), replica.Node.GetStatus().Vote);
    }

    [Fact]
    public void Voter_repeats_its_vote_for_the_same_candidate()
    {
        var replica = LoneReplica.New();
        replica.Step(From.VoteRequest(2, term: 1));
        replica.Forget();
        replica.Step(From.VoteRequest(2, term: 1));
        Assert.True(replica.TakeOnly<VoteResponse>().Granted);
        Assert.Empty(replica.TakeWritten());
    }

    [Fact]
    public void Voter_remembers_its_vote_after_a_restart()
    {
        var replica = LoneReplica.With(term: 4, terms: [1], vote: 2);
        replica.Step(From.VoteRequest(3, term: 4, lastIndex: 9, lastTerm: 4));
        Assert.False(replica.TakeOnly<VoteResponse>().Granted);
    }

    [Fact]
    public void Voter_may_vote_anew_in_a_later_term()
    {
        var replica = LoneReplica.With(term: 4, terms: [1], vote: 2);
        replica.Step(From.VoteRequest(3, term: 5, lastIndex: 1, lastTerm: 1));
        Assert.True(replica.TakeOnly<VoteResponse>().Granted);
    }

    [Theory]
    [InlineData(3, 2, true)]
    [InlineData(4, 2, true)]
    [InlineData(2, 2, false)]
    [InlineData(9, 1, false)]
    [InlineData(1, 3, true)]
    public void Voter_refuses_a_candidate_whose_log_is_behind_its_own(int lastIndex, int lastTerm, bool isGranted)
    {
        var replica = LoneReplica.With(term: 3, terms: [1, 2, 2]);
        replica.Step(From.VoteRequest(2, term: 4, lastIndex, lastTerm));
        Assert.Equal(isGranted, replica.TakeOnly<VoteResponse>().Granted);
        Assert.Equal(Given.In(4), replica.Node.Term);
    }

    [Fact]
    public void Candidate_of_an_earlier_term_is_refused_and_told_the_term()
    {
        var replica = LoneReplica.With(term: 7, terms: [1]);
        replica.Step(From.VoteRequest(2, term: 6, lastIndex: 9, lastTerm: 6));
        Assert.Equal(new VoteResponse(Given.Id(1), Given.Id(2), Given.In(7), Granted: false), replica.TakeOnly<VoteResponse>());
    }

    [Fact]
    public void Voter_that_hears_a_leader_ignores_candidates_and_keeps_its_term()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Heartbeat(2, term: 1));
        replica.Forget();
        replica.Step(From.VoteRequest(3, term: 2, lastIndex: 9, lastTerm: 1));
        Assert.Empty(replica.TakeSent());
        Assert.Equal(Given.In(1), replica.Node.Term);
    }

    [Fact]
    public void Voter_that_hears_a_leader_votes_in_a_transfer_all_the_same()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Heartbeat(2, term: 1));
        replica.Forget();
        replica.Step(From.VoteRequest(3, term: 2, lastIndex: 9, lastTerm: 1, CampaignCause.Transfer));
        Assert.True(replica.TakeOnly<VoteResponse>().Granted);
    }

    [Fact]
    public void Voter_that_has_not_heard_its_leader_for_an_election_timeout_votes()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Heartbeat(2, term: 1));
        replica.Tick(9);
        replica.Step(From.VoteRequest(3, term: 2));
        Assert.Equal(Given.In(1), replica.Node.Term);
        replica.Tick(1);
        replica.Step(From.VoteRequest(3, term: 2));
        Assert.Equal((Given.In(2), Given.Id(3)), (replica.Node.Term, replica.Node.GetStatus().Vote));
    }

    [Fact]
    public void Voter_that_knows_the_leader_of_the_term_votes_for_nobody_else_in_it()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Heartbeat(2, term: 1));
        replica.Forget();
        replica.Step(From.VoteRequest(3, term: 1));
        Assert.False(replica.TakeOnly<VoteResponse>().Granted);
    }

    [Fact]
    public void A_replica_that_is_no_member_yet_votes_because_others_may_count_it()
    {
        var replica = new LoneReplica(RestoredState.Joining());
        replica.Step(From.VoteRequest(2, term: 3, lastIndex: 5, lastTerm: 2));
        Assert.True(replica.TakeOnly<VoteResponse>().Granted);
    }

    [Fact]
    public void Pre_vote_changes_nothing_at_the_voter()
    {
        var replica = LoneReplica.With(term: 3, terms: [1], vote: 3);
        replica.Step(From.PreVoteRequest(2, term: 8, lastIndex: 1, lastTerm: 1));
        var answer = replica.TakeOnly<PreVoteResponse>();
        Assert.Equal((true, Given.In(8), Given.In(3)), (answer.Granted, answer.RequestTerm, answer.Term));
        Assert.Equal((Given.In(3), Given.Id(3)), (replica.Node.Term, replica.Node.GetStatus().Vote));
        Assert.Empty(replica.TakeWritten());
    }

    [Theory]
    [InlineData(3, 1, 1, true)]
    [InlineData(2, 1, 1, false)]
    [InlineData(3, 0, 0, false)]
    public void Pre_vote_is_granted_exactly_if_a_vote_could_be(int term, int lastIndex, int lastTerm, bool isGranted)
    {
        var replica = LoneReplica.With(term: 3, terms: [1]);
        replica.Step(From.PreVoteRequest(2, term, lastIndex, lastTerm));
        Assert.Equal(isGranted, replica.TakeOnly<PreVoteResponse>().Granted);
    }

    [Fact]
    public void Pre_vote_is_refused_while_a_leader_is_heard()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Heartbeat(2, term: 1));
        replica.Forget();
        replica.Step(From.PreVoteRequest(3, term: 1, lastIndex: 9, lastTerm: 1));
        Assert.False(replica.TakeOnly<PreVoteResponse>().Granted);
    }

    [Fact]
    public void A_leader_refuses_pre_votes_and_ignores_candidates()
    {
        var replica = LoneReplica.New().Lead();
        replica.Step(From.PreVoteRequest(3, term: 5, lastIndex: 9, lastTerm: 5));
        Assert.False(replica.TakeOnly<PreVoteResponse>().Granted);
        replica.Step(From.VoteRequest(3, term: 6, lastIndex: 9, lastTerm: 5));
        Assert.Equal(ReplicaRole.Leader, replica.Node.Role);
    }
}
