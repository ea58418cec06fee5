namespace Coordination.Raft.Tests;

public sealed class CampaignTests
{
    [Fact]
    public void Follower_asks_for_pre_votes_within_its_election_timeout_without_a_new_term()
    {
        for (ulong seed = 1; seed <= 50; seed++)
        {
            var replica = LoneReplica.New(options => options with { Seed = seed });
            replica.Tick(9);
            Assert.Equal(ReplicaRole.Follower, replica.Node.Role);
            replica.Tick(10);
            Assert.Equal((ReplicaRole.PreCandidate, Term.None), (replica.Node.Role, replica.Node.Term));
        }
    }

    [Fact]
    public void Election_timeouts_are_spread_over_the_whole_range()
    {
        SortedSet<int> timeouts = [];
        for (ulong seed = 0; seed < 200; seed++)
        {
            var replica = LoneReplica.New(options => options with { Seed = seed });
            int ticks = 0;
            while (replica.Node.Role == ReplicaRole.Follower)
            {
                replica.Tick();
                ticks++;
            }

            timeouts.Add(ticks);
        }

        Assert.Equal(Enumerable.Range(10, 5), timeouts);
    }

    [Fact]
    public void Messages_of_the_leader_restart_the_election_timer()
    {
        var replica = LoneReplica.New();
        for (int i = 0; i < 20; i++)
        {
            replica.Tick(9);
            replica.Step(From.Heartbeat(2, term: 1, round: (ulong)i + 1));
        }

        Assert.Equal(ReplicaRole.Follower, replica.Node.Role);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 1)]
    public void Voters_stand_in_turn_when_the_leader_is_gone_and_the_term_says_who_comes_first(int term, int ticks)
    {
        var replica = LoneReplica.New();
        replica.Step(From.Heartbeat(2, term, round: 1));
        replica.Node.Gone(Given.Id(2));
        replica.Tick(ticks - 1);
        Assert.Equal((ReplicaRole.Follower, ReplicaId.None), (replica.Node.Role, replica.Node.Leader));
        replica.Tick();
        Assert.Equal((ReplicaRole.PreCandidate, Given.In(term)), (replica.Node.Role, replica.Node.Term));
    }

    [Fact]
    public void A_leader_that_is_heard_again_was_not_gone()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Heartbeat(2, term: 1, round: 1));
        replica.Node.Gone(Given.Id(2));
        replica.Step(From.Heartbeat(2, term: 1, round: 2));
        replica.Tick(9);
        Assert.Equal((ReplicaRole.Follower, Given.Id(2)), (replica.Node.Role, replica.Node.Leader));
    }

    [Fact]
    public void Promise_of_a_lease_is_kept_even_when_the_leader_is_said_to_be_gone()
    {
        var replica = LoneReplica.New(options => options with { ReadConfirmation = ReadConfirmation.Lease });
        replica.Step(From.Heartbeat(2, term: 1, round: 1));
        replica.Node.Gone(Given.Id(2));
        replica.Tick(9);
        Assert.Equal((ReplicaRole.Follower, Given.Id(2)), (replica.Node.Role, replica.Node.Leader));
        replica.Forget();
        replica.Step(From.PreVoteRequest(3, term: 1));
        Assert.False(replica.TakeOnly<PreVoteResponse>().Granted);
    }

    [Fact]
    public void Majority_of_pre_votes_starts_the_real_election_in_the_next_term()
    {
        var replica = Asking();
        replica.Step(From.PreVoteResponse(2, term: 0, requestTerm: 0, granted: true));
        Assert.Equal((ReplicaRole.Candidate, Given.In(1)), (replica.Node.Role, replica.Node.Term));
        var requests = replica.TakeAll<VoteRequest>();
        Assert.Equal(Given.Ids(2, 3), requests.Select(request => request.To));
        Assert.All(requests, request => Assert.Equal((Given.In(1), CampaignCause.Timeout), (request.Term, request.Cause)));
    }

    [Fact]
    public void Candidate_asks_for_votes_only_when_its_own_is_on_disk()
    {
        var replica = Asking();
        replica.Replica.IsDiskStalled = true;
        replica.Step(From.PreVoteResponse(2, term: 0, requestTerm: 0, granted: true));
        Assert.Empty(replica.TakeSent());
        replica.Replica.Persist();
        Assert.Equal(2, replica.TakeAll<VoteRequest>().Length);
    }

    [Fact]
    public void Answers_to_a_pre_vote_of_another_term_do_not_count()
    {
        var replica = Asking(term: 4);
        replica.Step(From.PreVoteResponse(2, term: 3, requestTerm: 3, granted: true));
        Assert.Equal(ReplicaRole.PreCandidate, replica.Node.Role);
    }

    [Fact]
    public void Voters_of_an_earlier_term_may_grant_a_pre_vote()
    {
        var replica = Asking(term: 4);
        replica.Step(From.PreVoteResponse(2, term: 2, requestTerm: 4, granted: true));
        Assert.Equal(ReplicaRole.Candidate, replica.Node.Role);
    }

    [Fact]
    public void A_refusal_from_a_later_term_brings_the_pre_candidate_there()
    {
        var replica = Asking();
        replica.Step(From.PreVoteResponse(2, term: 6, requestTerm: 0, granted: false));
        Assert.Equal((ReplicaRole.Follower, Given.In(6)), (replica.Node.Role, replica.Node.Term));
    }

    [Fact]
    public void Refusals_of_a_majority_end_the_attempt()
    {
        var replica = Asking();
        replica.Step(From.PreVoteResponse(2, term: 0, requestTerm: 0, granted: false));
        Assert.Equal(ReplicaRole.PreCandidate, replica.Node.Role);
        replica.Step(From.PreVoteResponse(3, term: 0, requestTerm: 0, granted: false));
        Assert.Equal((ReplicaRole.Follower, Term.None), (replica.Node.Role, replica.Node.Term));
    }

    [Fact]
    public void Votes_of_strangers_and_learners_do_not_make_a_leader()
    {
        var membership = Membership.Create(Given.Ids(1, 2, 3), learners: Given.Ids(4));
        var replica = new LoneReplica(new RestoredState { Snapshot = Given.Snapshot(0, 0, membership) });
        Stand(replica);
        replica.Step(From.VoteResponse(4, term: 1, granted: true));
        replica.Step(From.VoteResponse(9, term: 1, granted: true));
        Assert.Equal(ReplicaRole.Candidate, replica.Node.Role);
        replica.Step(From.VoteResponse(3, term: 1, granted: true));
        Assert.Equal(ReplicaRole.Leader, replica.Node.Role);
    }

    [Fact]
    public void A_repeated_vote_counts_once()
    {
        var replica = new LoneReplica(RestoredState.NewGroup(Given.Ids(1, 2, 3, 4, 5)));
        replica.Node.Campaign();
        replica.Step(From.PreVoteResponse(2, term: 0, requestTerm: 0, granted: true));
        replica.Step(From.PreVoteResponse(3, term: 0, requestTerm: 0, granted: true));
        replica.Step(From.VoteResponse(2, term: 1, granted: true));
        replica.Step(From.VoteResponse(2, term: 1, granted: true));
        Assert.Equal(ReplicaRole.Candidate, replica.Node.Role);
    }

    [Fact]
    public void A_joint_candidate_needs_majorities_of_both_sets()
    {
        var membership = Membership.Create(Given.Ids(1, 4, 5), Given.Ids(1, 2, 3));
        var replica = new LoneReplica(new RestoredState { Snapshot = Given.Snapshot(0, 0, membership) });
        replica.Node.Campaign();
        replica.Step(From.PreVoteResponse(4, term: 0, requestTerm: 0, granted: true));
        Assert.Equal(ReplicaRole.PreCandidate, replica.Node.Role);
        replica.Step(From.PreVoteResponse(2, term: 0, requestTerm: 0, granted: true));
        replica.Step(From.VoteResponse(4, term: 1, granted: true));
        replica.Step(From.VoteResponse(5, term: 1, granted: true));
        Assert.Equal(ReplicaRole.Candidate, replica.Node.Role);
        replica.Step(From.VoteResponse(3, term: 1, granted: true));
        Assert.Equal(ReplicaRole.Leader, replica.Node.Role);
    }

    [Fact]
    public void Candidate_that_meets_the_leader_of_its_term_follows_it()
    {
        var replica = LoneReplica.New();
        Stand(replica);
        replica.Step(From.Append(3, term: 1));
        Assert.Equal((ReplicaRole.Follower, Given.In(1), Given.Id(3)), (replica.Node.Role, replica.Node.Term, replica.Node.Leader));
        Assert.Equal(Given.Id(1), replica.Node.GetStatus().Vote);
    }

    [Fact]
    public void Candidate_without_enough_answers_asks_for_pre_votes_again_without_a_new_term()
    {
        var replica = LoneReplica.New();
        Stand(replica);
        replica.Tick(20);
        Assert.Equal((ReplicaRole.PreCandidate, Given.In(1)), (replica.Node.Role, replica.Node.Term));
    }

    [Fact]
    public void Votes_of_an_earlier_candidacy_do_not_count()
    {
        var replica = LoneReplica.With(term: 4, terms: [1]);
        replica.Node.Campaign();
        replica.Settle();
        replica.Step(From.PreVoteResponse(2, term: 4, requestTerm: 4, granted: true));
        replica.Step(From.VoteResponse(2, term: 4, granted: true));
        Assert.Equal((ReplicaRole.Candidate, Given.In(5)), (replica.Node.Role, replica.Node.Term));
    }

    [Fact]
    public void Learners_and_strangers_never_stand()
    {
        var membership = Membership.Create(Given.Ids(2, 3), learners: Given.Ids(1));
        LoneReplica[] bystanders =
        [
            new(new RestoredState { Snapshot = Given.Snapshot(0, 0, membership) }),
            new(RestoredState.Joining()),
            new(RestoredState.NewGroup(Given.Ids(2, 3))),
        ];
        foreach (var replica in bystanders)
        {
            replica.Node.Campaign();
            replica.Tick(50);
            replica.Step(new TimeoutNow(Given.Id(2), Given.Id(1), Given.In(1)));
            Assert.Equal(ReplicaRole.Follower, replica.Node.Role);
            Assert.All(replica.TakeSent(), message => Assert.IsType<PreVoteRequest>(message));
        }
    }

    [Fact]
    public void A_learner_that_hears_no_leader_asks_in_vain_and_thereby_wakes_one_that_sleeps()
    {
        var membership = Membership.Create(Given.Ids(2, 3), learners: Given.Ids(1));
        var learner = new LoneReplica(new RestoredState { Snapshot = Given.Snapshot(0, 0, membership) });
        learner.Step(From.Heartbeat(2, term: 1));
        learner.Forget();
        learner.Tick(20);
        var asked = learner.TakeAll<PreVoteRequest>();
        Assert.Equal(Given.Ids(2, 3), asked.Select(request => request.To).Distinct());
        learner.Step(new PreVoteResponse(Given.Id(2), Given.Id(1), Given.In(1), Given.In(1), Granted: true));
        learner.Step(new PreVoteResponse(Given.Id(3), Given.Id(1), Given.In(1), Given.In(1), Granted: true));
        Assert.Equal((ReplicaRole.Follower, Given.In(1)), (learner.Node.Role, learner.Node.Term));
    }

    [Fact]
    public void Who_was_removed_or_was_never_a_member_asks_nobody()
    {
        LoneReplica[] strangers = [new(RestoredState.Joining()), new(RestoredState.NewGroup(Given.Ids(2, 3)))];
        foreach (var replica in strangers)
        {
            replica.Tick(50);
            Assert.Empty(replica.TakeSent());
        }
    }

    [Fact]
    public void A_leader_hands_over_and_the_target_stands_at_once()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Heartbeat(2, term: 1));
        replica.Forget();
        replica.Step(new TimeoutNow(Given.Id(2), Given.Id(1), Given.In(1)));
        Assert.Equal((ReplicaRole.Candidate, Given.In(2)), (replica.Node.Role, replica.Node.Term));
        Assert.All(replica.TakeAll<VoteRequest>(), request => Assert.Equal(CampaignCause.Transfer, request.Cause));
    }

    [Fact]
    public void A_hand_over_of_an_earlier_term_is_answered_with_the_term()
    {
        var replica = LoneReplica.With(term: 5, terms: [1]);
        replica.Step(new TimeoutNow(Given.Id(2), Given.Id(1), Given.In(4)));
        Assert.Equal(ReplicaRole.Follower, replica.Node.Role);
        Assert.Equal(Given.In(5), replica.TakeOnly<TermNotice>().Term);
    }

    [Fact]
    public void Elections_are_counted()
    {
        var replica = LoneReplica.New().Lead();
        var status = replica.Node.GetStatus();
        Assert.Equal((1L, 1L), (status.ElectionsStarted, status.ElectionsWon));
    }

    private static LoneReplica Asking(int term = 0)
    {
        var replica = LoneReplica.With(term, terms: []);
        replica.Node.Campaign();
        replica.Settle();
        Assert.Equal(ReplicaRole.PreCandidate, replica.Node.Role);
        replica.Forget();
        return replica;
    }

    private static void Stand(LoneReplica replica)
    {
        replica.Node.Campaign();
        replica.Step(From.PreVoteResponse(2, term: 0, requestTerm: 0, granted: true));
        Assert.Equal(ReplicaRole.Candidate, replica.Node.Role);
        replica.Forget();
    }
}
