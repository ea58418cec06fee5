using Coordination.Raft;

namespace Coordination.Simulation.Tests;

public sealed class ElectionCheckerTests
{
    private readonly History _history = new();
    private readonly VoteChecker _votes = new();
    private readonly LeaderChecker _leaders;

    public ElectionCheckerTests() => _leaders = new LeaderChecker(_history.Checks.Canonical, _votes);

    [Fact]
    public void A_leader_with_the_durable_votes_of_a_majority_is_right()
    {
        Vote(1, 1, 5);
        Vote(2, 1, 5);
        _leaders.OnLeader(_history[1], new Term(5), History.Voters);
        Assert.Equal(new ReplicaId(1), _leaders.LeaderOf(new Term(5)));
    }

    [Fact]
    public void Two_leaders_in_one_term_are_noticed()
    {
        Vote(1, 1, 5);
        Vote(2, 1, 5);
        _leaders.OnLeader(_history[1], new Term(5), History.Voters);
        History.Breaks(Rules.OneLeaderPerTerm, () => _leaders.OnLeader(_history[2], new Term(5), History.Voters));
    }

    [Fact]
    public void A_leader_without_a_majority_is_noticed()
    {
        Vote(1, 1, 5);
        History.Breaks(Rules.ElectionQuorum, () => _leaders.OnLeader(_history[1], new Term(5), History.Voters));
    }

    [Fact]
    public void The_vote_of_a_learner_does_not_count()
    {
        Vote(1, 1, 5);
        Vote(4, 1, 5);
        History.Breaks(Rules.ElectionQuorum, () => _leaders.OnLeader(_history[1], new Term(5), History.Voters));
    }

    [Fact]
    public void A_joint_membership_needs_both_majorities()
    {
        var joint = Membership.Create([new ReplicaId(1)], [new ReplicaId(1), new ReplicaId(2), new ReplicaId(3)]);
        Vote(1, 1, 5);
        History.Breaks(Rules.ElectionQuorum, () => _leaders.OnLeader(_history[1], new Term(5), joint));
    }

    [Fact]
    public void A_leader_that_lacks_a_committed_entry_is_noticed()
    {
        _history.Commit(1, 2);
        Vote(3, 3, 5);
        Vote(2, 3, 5);
        History.Breaks(Rules.LeaderCompleteness, () => _leaders.OnLeader(_history[3], new Term(5), History.Voters));
    }

    [Fact]
    public void A_leader_of_an_earlier_term_need_not_hold_what_a_later_one_committed()
    {
        _history.Commit(1, 9);
        Vote(3, 3, 5);
        Vote(2, 3, 5);
        _leaders.OnLeader(_history[3], new Term(5), History.Voters);
    }

    [Fact]
    public void What_only_a_leader_may_send_is_noticed_when_another_sends_it()
    {
        var heartbeat = new HeartbeatRequest(new ReplicaId(2), new ReplicaId(1), new Term(5), LogIndex.None, 1);
        History.Breaks(Rules.OneLeaderPerTerm, () => _leaders.OnLeaderMessage(_history[2], heartbeat));
    }

    [Fact]
    public void Two_votes_in_one_term_are_noticed()
    {
        Vote(3, 1, 5);
        History.Breaks(Rules.OneVotePerTerm, () => Vote(3, 2, 5));
    }

    [Fact]
    public void A_vote_that_is_not_durable_is_noticed()
    {
        var response = new VoteResponse(new ReplicaId(3), new ReplicaId(1), new Term(5), true);
        History.Breaks(Rules.DurableClaim, () => _history.Checks.OnSend(_history[3], response));
    }

    private void Vote(int voter, ulong candidate, ulong term) =>
        _votes.OnDurable(_history[voter], new HardState(new Term(term), new ReplicaId(candidate), LogIndex.None));
}
