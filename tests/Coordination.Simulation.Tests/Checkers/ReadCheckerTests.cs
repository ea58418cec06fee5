using Coordination.Raft;

namespace Coordination.Simulation.Tests;

public sealed class ReadCheckerTests
{
    private readonly History _history = new();

    [Fact]
    public void A_read_that_misses_an_acknowledged_write_is_noticed()
    {
        Acknowledge(_history.Commit(1, 1));
        Acknowledge(_history.Commit(2, 1));
        var floor = _history.Checks.Reads.Floor;
        Assert.Equal(new LogIndex(2), floor);
        History.Breaks(Rules.LinearizableRead, () => _history.Checks.Reads.OnRead(_history[3], floor, new LogIndex(1)));
    }

    [Fact]
    public void A_read_that_goes_back_behind_another_read_is_noticed()
    {
        _history.Commit(1, 1);
        _history.Commit(2, 1);
        _history.Checks.Reads.OnRead(_history[1], LogIndex.None, new LogIndex(2));
        var floor = _history.Checks.Reads.Floor;
        History.Breaks(Rules.LinearizableRead, () => _history.Checks.Reads.OnRead(_history[3], floor, new LogIndex(1)));
    }

    [Fact]
    public void A_read_may_miss_a_write_acknowledged_after_it_began()
    {
        _history.Commit(1, 1);
        var floor = _history.Checks.Reads.Floor;
        Acknowledge(_history.Commit(2, 1));
        _history.Checks.Reads.OnRead(_history[3], floor, new LogIndex(1));
    }

    [Fact]
    public void A_read_from_the_future_is_noticed() =>
        History.Breaks(Rules.LinearizableRead, () => _history.Checks.Reads.OnRead(_history[3], LogIndex.None, new LogIndex(1)));

    [Fact]
    public void An_acknowledgement_of_something_else_than_the_history_is_noticed()
    {
        _history.Commit(1, 1, 5);
        var other = History.Entry(1, 1, 6);
        History.Breaks(Rules.AcknowledgedWrite, () => Acknowledge(other));
        History.Breaks(Rules.AcknowledgedWrite, () => Acknowledge(History.Entry(2, 1)));
    }

    [Fact]
    public void A_write_that_takes_place_before_what_was_known_when_it_began_is_noticed()
    {
        var early = _history.Commit(1, 1);
        Acknowledge(_history.Commit(2, 1));
        var floor = _history.Checks.Reads.Floor;
        History.Breaks(Rules.AcknowledgedWrite, () => Acknowledge(early, floor));
    }

    [Fact]
    public void A_member_that_ends_without_an_acknowledged_write_is_noticed()
    {
        Acknowledge(_history.Commit(1, 1));
        History.Breaks(Rules.AcknowledgedWrite, () => _history.Checks.Reads.OnCaughtUp(_history[3], LogIndex.None));
        _history.Checks.Reads.OnCaughtUp(_history[3], new LogIndex(1));
    }

    private void Acknowledge(Entry entry, LogIndex floor = default) =>
        _history.Checks.Reads.OnAcknowledged(
            _history[1], new PendingWrite(entry.Index, entry.Term, Fingerprint.OfBytes(entry.Data.Span), floor));
}
