using Coordination.Raft;

namespace Coordination.Simulation.Tests;

public sealed class CommitCheckerTests
{
    private static readonly Term Two = new(2);
    private readonly History _history = new();
    private readonly CommitChecker _checker;

    public CommitCheckerTests() => _checker = new CommitChecker(_history.Checks.Canonical, _history.Directory);

    [Fact]
    public void What_a_majority_holds_becomes_history()
    {
        _history.Write(1, History.Entry(1, 2));
        _history.Write(2, History.Entry(1, 2));
        _checker.OnCommit(_history[1], true, Two, History.Voters, new LogIndex(1));
        Assert.Equal(new LogIndex(1), _history.Checks.Canonical.LastIndex);
    }

    [Fact]
    public void A_commit_without_a_majority_is_noticed()
    {
        _history.Write(1, History.Entry(1, 2));
        _history.Write(2, History.Entry(1, 2), isDurable: false);
        Breaks(Rules.CommitQuorum, 1);
    }

    [Fact]
    public void The_disk_of_a_learner_does_not_count()
    {
        _history.Write(1, History.Entry(1, 2));
        _history.Write(4, History.Entry(1, 2));
        Breaks(Rules.CommitQuorum, 1);
    }

    [Fact]
    public void Counting_an_entry_of_an_earlier_term_is_noticed()
    {
        _history.Write(1, History.Entry(1, 1));
        _history.Write(2, History.Entry(1, 1));
        Breaks(Rules.CommitQuorum, 1);
    }

    [Fact]
    public void A_follower_that_commits_ahead_of_all_leaders_is_noticed()
    {
        _history.Write(1, History.Entry(1, 2));
        _history.Write(2, History.Entry(1, 2));
        History.Breaks(Rules.CommitQuorum, () => _checker.OnCommit(_history[1], false, Two, History.Voters, new LogIndex(1)));
    }

    [Fact]
    public void A_commit_over_another_entry_than_the_committed_one_is_noticed()
    {
        _history.Commit(1, 1);
        _history.Write(3, History.Entry(1, 2));
        History.Breaks(Rules.StateMachineSafety, () => _checker.OnCommit(_history[3], false, Two, History.Voters, new LogIndex(1)));
    }

    [Fact]
    public void A_claim_beyond_the_disk_is_noticed()
    {
        _history[3].Term = Two;
        _history.Write(3, History.Entry(1, 2), isDurable: false);
        var accepted = new AppendAccepted(new ReplicaId(3), new ReplicaId(1), Two, new LogIndex(1));
        History.Breaks(Rules.DurableClaim, () => _history.Checks.OnSend(_history[3], accepted));
        _history.Checks.OnDurable(_history[3], History.Request(History.Entry(1, 2)));
        _history.Checks.OnSend(_history[3], accepted);
    }

    private void Breaks(string rule, ulong commit) =>
        History.Breaks(rule, () => _checker.OnCommit(_history[1], true, Two, History.Voters, new LogIndex(commit)));
}
