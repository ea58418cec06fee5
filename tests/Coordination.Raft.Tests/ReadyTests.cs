namespace Coordination.Raft.Tests;

/// <summary>What the owner is told to write, and when.</summary>
public sealed class ReadyTests
{
    [Fact]
    public void Writes_are_numbered_without_gaps_from_one()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Append(2, term: 1, entries: [Given.Command(1, 1)]));
        replica.Step(From.Append(2, term: 1, previousIndex: 1, previousTerm: 1, entries: [Given.Command(2, 1)]));
        Assert.Equal([1L, 2L], replica.TakeWritten().Select(request => request.Sequence));
    }

    [Fact]
    public void A_commit_alone_is_written_once_a_tick_and_without_haste()
    {
        var replica = LoneReplica.With(term: 1, terms: [1, 1, 1]);
        replica.Step(From.Heartbeat(2, term: 1, commit: 1));
        replica.Step(From.Heartbeat(2, term: 1, commit: 2));
        Assert.Empty(replica.TakeWritten());
        replica.Tick();
        var written = Assert.Single(replica.TakeWritten());
        Assert.Equal((Given.At(2), false), (written.HardState?.Commit, written.MustSync));
        replica.Tick();
        Assert.Empty(replica.TakeWritten());
    }

    [Fact]
    public void Term_vote_and_entries_must_be_synced()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Append(2, term: 1, entries: [Given.Command(1, 1)]));
        replica.Tick(20);
        replica.Step(From.VoteRequest(3, term: 5, lastIndex: 9, lastTerm: 4));
        Assert.All(replica.TakeWritten(), request => Assert.True(request.MustSync));
    }

    [Fact]
    public void Lists_of_an_earlier_take_are_empty_after_the_next_but_one()
    {
        var replica = LoneReplica.New();
        replica.Node.Campaign();
        var ready = replica.Node.TakeReady();
        Assert.Equal(2, ready.Messages.Count);
        var messages = ready.Messages.ToArray();
        replica.Node.TakeReady();
        Assert.Equal(2, messages.Length);
        Assert.Empty(replica.Node.TakeReady().Messages);
    }

    [Fact]
    public void The_same_inputs_and_seed_give_the_same_outputs()
    {
        Assert.Equal(Play(seed: 7), Play(seed: 7));
        Assert.NotEqual(Play(seed: 7), Play(seed: 8));
    }

    private static string Play(ulong seed)
    {
        var cluster = Cluster.OfVoters(3, options => options with { Seed = seed * options.Id.Value });
        List<string> lines = [];
        cluster.Observer = (_, ready) => lines.AddRange(ready.Messages.Select(MessageFormatter.Format));
        cluster.Elapse(60);
        return string.Join('\n', lines);
    }
}
