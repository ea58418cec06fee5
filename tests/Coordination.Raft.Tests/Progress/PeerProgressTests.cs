namespace Coordination.Raft.Tests;

public sealed class PeerProgressTests
{
    [Fact]
    public void Probe_waits_for_an_answer_before_it_sends_again()
    {
        var progress = Probing(next: 5);
        Assert.True(progress.CanSend);
        progress.Sent(Given.At(6), 10);
        Assert.False(progress.CanSend);
        Assert.Equal(Given.At(5), progress.Next);
        Assert.Throws<InvariantViolationException>(() => progress.Sent(Given.At(6), 10));
    }

    [Fact]
    public void A_refused_probe_moves_back_to_right_after_the_agreement()
    {
        var progress = Probing(next: 10);
        progress.Sent(Given.At(10), 10);
        Assert.True(progress.Reject(Given.At(9), Given.At(4)));
        Assert.Equal(Given.At(5), progress.Next);
        Assert.True(progress.CanSend);
    }

    [Fact]
    public void A_refused_probe_always_moves_back_by_at_least_one()
    {
        var progress = Probing(next: 10);
        Assert.True(progress.Reject(Given.At(9), Given.At(9)));
        Assert.Equal(Given.At(9), progress.Next);
    }

    [Fact]
    public void A_refusal_of_an_older_probe_is_ignored()
    {
        var progress = Probing(next: 10);
        Assert.False(progress.Reject(Given.At(7), Given.At(3)));
        Assert.Equal(Given.At(10), progress.Next);
    }

    [Fact]
    public void A_refusal_never_moves_back_behind_the_match()
    {
        var progress = Probing(next: 10);
        progress.Accept(Given.At(6));
        progress.BecomeProbe();
        Assert.True(progress.Reject(Given.At(6), Given.At(2)));
        Assert.Equal(Given.At(7), progress.Next);
    }

    [Fact]
    public void Streaming_advances_next_and_fills_the_window()
    {
        var progress = Streaming(match: 3, window: 2);
        progress.Sent(Given.At(4), 10);
        progress.Sent(Given.At(6), 20);
        Assert.False(progress.CanSend);
        Assert.Equal(Given.At(7), progress.Next);
        Assert.Equal((2, 30L), (progress.InflightAppends, progress.InflightBytes));
        Assert.True(progress.Accept(Given.At(4)));
        Assert.True(progress.CanSend);
        Assert.Equal(1, progress.InflightAppends);
    }

    [Fact]
    public void An_empty_append_takes_no_place_in_the_window()
    {
        var progress = Streaming(match: 3, window: 1);
        progress.Sent(Given.At(3), 0);
        Assert.Equal(0, progress.InflightAppends);
        Assert.Equal(Given.At(4), progress.Next);
    }

    [Fact]
    public void An_old_acknowledgement_changes_nothing()
    {
        var progress = Streaming(match: 5, window: 4);
        Assert.False(progress.Accept(Given.At(3)));
        Assert.Equal((Given.At(5), Given.At(6)), (progress.Match, progress.Next));
    }

    [Fact]
    public void A_refusal_while_streaming_falls_back_to_probing_after_the_match()
    {
        var progress = Streaming(match: 5, window: 4);
        progress.Sent(Given.At(6), 1);
        progress.Sent(Given.At(7), 1);
        Assert.True(progress.Reject(Given.At(6), Given.At(5)));
        Assert.Equal((ProgressState.Probe, Given.At(6), 0), (progress.State, progress.Next, progress.InflightAppends));
    }

    [Fact]
    public void A_refusal_of_what_is_known_to_match_is_old_news()
    {
        var progress = Streaming(match: 5, window: 4);
        Assert.False(progress.Reject(Given.At(5), Given.At(2)));
        Assert.Equal(ProgressState.Replicate, progress.State);
    }

    [Fact]
    public void Nothing_is_sent_while_a_snapshot_is_awaited()
    {
        var progress = Streaming(match: 5, window: 4);
        progress.BecomeSnapshot();
        Assert.False(progress.CanSend);
        Assert.False(progress.Reject(Given.At(5), Given.At(2)));
        progress.SnapshotSent(Given.Snapshot(9, 1, Given.Voters(1, 2, 3)));
        Assert.False(progress.CanSend);
    }

    [Fact]
    public void A_snapshot_cannot_be_sent_to_a_peer_that_needs_none() =>
        Assert.Throws<InvariantViolationException>(
            () => Probing(next: 3).SnapshotSent(Given.Snapshot(9, 1, Given.Voters(1, 2, 3))));

    [Fact]
    public void A_heartbeat_answer_lets_a_probe_be_repeated_and_a_full_window_move()
    {
        var probing = Probing(next: 4);
        probing.Sent(Given.At(4), 1);
        probing.AnsweredHeartbeat(1);
        Assert.True(probing.CanSend);

        var streaming = Streaming(match: 3, window: 1);
        streaming.Sent(Given.At(4), 1);
        streaming.AnsweredHeartbeat(1);
        Assert.True(streaming.CanSend);
    }

    [Fact]
    public void The_answered_round_never_goes_back()
    {
        var progress = Probing(next: 1);
        progress.AnsweredHeartbeat(7);
        progress.AnsweredHeartbeat(3);
        Assert.Equal(7UL, progress.AckedRound);
    }

    private static PeerProgress Probing(int next) => new(Given.Id(2), Given.At(next), Given.Options());

    private static PeerProgress Streaming(int match, int window)
    {
        var progress = new PeerProgress(Given.Id(2), Given.At(1), Given.Options() with { MaxInflightAppends = window });
        progress.Accept(Given.At(match));
        progress.BecomeReplicate();
        return progress;
    }
}
