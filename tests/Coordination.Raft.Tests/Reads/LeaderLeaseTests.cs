namespace Coordination.Raft.Tests;

public sealed class LeaderLeaseTests
{
    private static readonly RaftOptions Options = Given.Options() with
    {
        ReadConfirmation = ReadConfirmation.Lease,
        ElectionTimeoutTicks = 10,
        LeaseDriftTicks = 2,
    };

    [Fact]
    public void The_lease_lasts_from_the_sending_of_the_round_that_was_answered()
    {
        var lease = new LeaderLease(Options);
        lease.RoundSent(1);
        Tick(lease, 3);
        Assert.False(lease.IsValid);
        lease.Confirm(1);
        Tick(lease, 4);
        Assert.True(lease.IsValid);
        Tick(lease, 1);
        Assert.False(lease.IsValid);
    }

    [Fact]
    public void An_older_round_answered_late_does_not_shorten_the_lease()
    {
        var lease = new LeaderLease(Options);
        lease.RoundSent(1);
        Tick(lease, 5);
        lease.RoundSent(2);
        lease.Confirm(2);
        lease.Confirm(1);
        Tick(lease, 7);
        Assert.True(lease.IsValid);
    }

    [Fact]
    public void A_round_that_nobody_sent_gives_no_lease()
    {
        var lease = new LeaderLease(Options);
        lease.Confirm(5);
        Assert.False(lease.IsValid);
    }

    [Fact]
    public void A_broken_lease_never_comes_back()
    {
        var lease = new LeaderLease(Options);
        lease.RoundSent(1);
        lease.Confirm(1);
        lease.Break();
        Assert.False(lease.IsValid);
        lease.RoundSent(2);
        lease.Confirm(2);
        Assert.False(lease.IsValid);
    }

    [Fact]
    public void A_forgotten_lease_has_to_be_earned_by_a_round_sent_later()
    {
        var lease = new LeaderLease(Options);
        lease.RoundSent(1);
        lease.RoundSent(2);
        lease.Confirm(1);
        lease.Forget();
        lease.Confirm(2);
        Assert.False(lease.IsValid);
        lease.RoundSent(3);
        lease.Confirm(3);
        Assert.True(lease.IsValid);
    }

    [Fact]
    public void There_is_no_lease_when_reads_are_confirmed_by_a_quorum()
    {
        var lease = new LeaderLease(Options with { ReadConfirmation = ReadConfirmation.Quorum });
        lease.RoundSent(1);
        lease.Confirm(1);
        Assert.False(lease.IsValid);
    }

    [Fact]
    public void Many_unanswered_rounds_do_not_pile_up()
    {
        var lease = new LeaderLease(Options);
        for (ulong round = 1; round <= 10_000; round++)
        {
            lease.RoundSent(round);
        }

        lease.Confirm(10_000);
        Assert.True(lease.IsValid);
    }

    private static void Tick(LeaderLease lease, int count)
    {
        for (int i = 0; i < count; i++)
        {
            lease.Tick();
        }
    }
}
