using Coordination.Raft;

namespace Coordination.Simulation.Tests;

public sealed class LogCheckerTests
{
    private readonly History _history = new();

    [Fact]
    public void Equal_entries_after_equal_prefixes_match()
    {
        var checker = new LogMatchingChecker();
        ulong chain = checker.Register(_history[1], Fingerprint.Empty, History.Entry(1, 1));
        Assert.Equal(chain, checker.Register(_history[2], Fingerprint.Empty, History.Entry(1, 1)));
    }

    [Fact]
    public void Two_entries_of_one_index_and_term_must_not_differ()
    {
        var checker = new LogMatchingChecker();
        checker.Register(_history[1], Fingerprint.Empty, History.Entry(1, 1, 7));
        History.Breaks(Rules.LogMatching, () => checker.Register(_history[2], Fingerprint.Empty, History.Entry(1, 1, 8)));
    }

    [Fact]
    public void Equal_entries_must_not_follow_different_prefixes()
    {
        var checker = new LogMatchingChecker();
        ulong first = checker.Register(_history[1], Fingerprint.Empty, History.Entry(1, 1));
        ulong other = checker.Register(_history[2], Fingerprint.Empty, History.Entry(1, 2));
        checker.Register(_history[1], first, History.Entry(2, 3));
        History.Breaks(Rules.LogMatching, () => checker.Register(_history[2], other, History.Entry(2, 3)));
    }

    [Fact]
    public void An_entry_that_is_not_committed_must_not_be_handed_out()
    {
        _history.Write(3, History.Entry(1, 1));
        History.Breaks(Rules.StateMachineSafety, () => _history.Checks.OnHandOut(_history[3], [History.Entry(1, 1)]));
    }

    [Fact]
    public void Another_entry_than_the_committed_one_must_not_be_handed_out()
    {
        _history.Commit(1, 1);
        _history.Write(3, History.Entry(1, 2));
        History.Breaks(Rules.StateMachineSafety, () => _history.Checks.OnHandOut(_history[3], [History.Entry(1, 2)]));
    }

    [Fact]
    public void Entries_must_be_handed_out_in_order_and_once()
    {
        var first = _history.Commit(1, 1);
        var second = _history.Commit(2, 1);
        History.Breaks(Rules.Monotonicity, () => _history.Checks.OnHandOut(_history[1], [second]));
        _history.Checks.OnHandOut(_history[1], [first, second]);
        History.Breaks(Rules.Monotonicity, () => _history.Checks.OnHandOut(_history[1], [second]));
    }

    [Fact]
    public void An_entry_that_is_not_durable_must_not_be_handed_out()
    {
        var entry = _history.Commit(1, 1);
        _history.Write(3, entry, isDurable: false);
        History.Breaks(Rules.DurableClaim, () => _history.Checks.OnHandOut(_history[3], [entry]));
    }

    [Fact]
    public void A_state_machine_must_not_differ_from_the_history()
    {
        _history.Commit(1, 1, 5);
        var state = new RegisterDisk(RegisterImage.Initial(History.Voters)).Open();
        state.Apply(History.Entry(1, 1, 6));
        History.Breaks(Rules.StateMachineSafety, () => _history.Checks.OnApplied(_history[3], state));
    }

    [Fact]
    public void A_state_machine_must_not_be_opened_at_another_position_than_its_snapshot_says()
    {
        _history.Commit(1, 1);
        var state = new RegisterDisk(RegisterImage.Initial(History.Voters)).Open();
        var said = new SnapshotMetadata(new LogIndex(1), new Term(1), History.Voters);
        History.Breaks(Rules.StateMachineSafety, () => _history.Checks.OnOpened(_history[3], state, said));
    }

    [Fact]
    public void A_replica_must_not_start_from_a_snapshot_of_another_history()
    {
        _history.Commit(1, 1);
        var snapshot = new SnapshotMetadata(new LogIndex(1), new Term(2), History.Voters);
        var state = new RestoredState { Snapshot = snapshot, Applied = snapshot.Index };
        History.Breaks(Rules.StateMachineSafety, () => _history.Checks.OnStart(_history[3], state));
    }

    [Fact]
    public void A_term_must_not_go_back()
    {
        var replica = _history[1];
        var node = NewNode(replica);
        replica.Term = new Term(3);
        History.Breaks(Rules.Monotonicity, () => _history.Checks.OnStep(replica, node));
    }

    [Fact]
    public void A_commit_index_must_not_go_back()
    {
        var replica = _history[1];
        var node = NewNode(replica);
        replica.Commit = new LogIndex(3);
        History.Breaks(Rules.Monotonicity, () => _history.Checks.OnStep(replica, node));
    }

    private static RaftNode NewNode(ReplicaRecord replica) =>
        new(new RaftOptions { Id = replica.Id, Incarnation = 1, Seed = 1 }, new RestoredState { Snapshot = History.Start });
}
