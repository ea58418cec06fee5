using Coordination.Raft;

namespace Coordination.Replication.Tests;

public sealed class ProposalTrackerTests
{
    private readonly ProposalTracker _tracker = new();

    [Fact]
    public void Entry_of_the_same_index_and_term_answers_its_proposal()
    {
        var first = Add(5, 2);
        var second = Add(6, 2);
        Assert.Same(first, Take(5, 2));
        Assert.Same(second, Take(6, 2));
        Assert.Equal(0, _tracker.Count);
    }

    [Fact]
    public async Task Entry_of_another_term_at_the_index_says_that_the_proposal_is_lost()
    {
        var lost = Add(5, 2);
        Assert.Null(Take(5, 3));
        Assert.Equal(ProposalEnd.Superseded, (await lost.Task).End);
    }

    [Fact]
    public async Task Of_proposals_at_a_reused_index_the_applied_term_decides()
    {
        var kept = Add(5, 2);
        var lost = Add(6, 2);
        var alsoLost = Add(7, 2);
        var again = Add(6, 4);
        Assert.Same(kept, Take(5, 2));
        Assert.Same(again, Take(6, 4));
        Assert.Equal(ProposalEnd.Superseded, (await lost.Task).End);
        Assert.False(alsoLost.Task.IsCompleted);
        Assert.Null(Take(7, 4));
        Assert.Equal(ProposalEnd.Superseded, (await alsoLost.Task).End);
    }

    /// <summary>
    /// Five members. A proposes at 6 in term 2, which reaches C, and leads no more. B, with a shorter log, leads in term 3 and cuts A's. A
    /// leads again in term 4, proposes at 6 and reaches nobody. C leads in term 5 by the votes of D and E, which have nothing newer, and
    /// commits its entry.
    /// </summary>
    [Fact]
    public async Task Proposal_that_was_cut_from_the_log_here_may_be_committed_all_the_same()
    {
        var first = Add(6, 2);
        var second = Add(6, 4);
        Assert.False(first.Task.IsCompleted);
        Assert.Same(first, Take(6, 2));
        Assert.Equal(ProposalEnd.Superseded, (await second.Task).End);
    }

    [Fact]
    public async Task Proposal_that_timed_out_keeps_its_place()
    {
        var slow = Add(5, 2);
        slow.DeadlineTick = 10;
        var next = Add(6, 2);
        next.DeadlineTick = 11;
        _tracker.TimeOut(10, 2);
        Assert.Equal(ProposalEnd.TimedOut, (await slow.Task).End);
        Assert.False(next.Task.IsCompleted);
        Assert.Same(slow, Take(5, 2));
        Assert.Same(next, Take(6, 2));
    }

    [Fact]
    public void Many_proposals_pass_in_order()
    {
        for (ulong i = 1; i <= 20_000; i++)
        {
            var added = Add(i + 3, 1);
            if (i > 3)
            {
                Assert.NotNull(Take(i, 1));
            }

            Assert.NotNull(added);
        }
    }

    private PendingProposal Add(ulong index, ulong term)
    {
        var proposal = new PendingProposal(default);
        _tracker.Add(new LogIndex(index), new Term(term), proposal);
        return proposal;
    }

    private PendingProposal? Take(ulong index, ulong term) => _tracker.Take(new LogIndex(index), new Term(term));
}
