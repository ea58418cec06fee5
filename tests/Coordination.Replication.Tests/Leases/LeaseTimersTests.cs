using Coordination.StateMachine;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Replication.Tests;

public sealed class LeaseTimersTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LeaseTimers _timers;

    public LeaseTimersTests() => _timers = new LeaseTimers(_time, TimeSpan.FromSeconds(1));

    [Fact]
    public void Shortest_time_to_live_is_one_and_a_half_election_timeouts() => Assert.Equal(2, _timers.MinTtlSeconds);

    [Fact]
    public void Lease_is_due_when_its_time_has_passed()
    {
        Lead();
        _timers.Granted(1, 10);
        Advance(9.9);
        Assert.Empty(Due());
        Assert.Equal(new LeaseRemainder(10, 0), _timers.FindRemaining(1));
        Advance(0.1);
        Assert.Equal([1L], Due());
        Assert.Empty(Due());
    }

    [Fact]
    public async Task Renewal_begins_the_time_anew()
    {
        Lead();
        _timers.Granted(1, 10);
        Advance(9);
        Assert.Equal(new LeaseRenewal(true, 10), await _timers.RenewAsync(1));
        Advance(9);
        Assert.Empty(Due());
        Advance(1);
        Assert.Equal([1L], Due());
    }

    [Fact]
    public async Task Renewal_of_a_lease_that_is_due_waits_for_its_end()
    {
        Lead();
        _timers.Granted(1, 10);
        Advance(10);
        var renewal = _timers.RenewAsync(1);
        Assert.False(renewal.IsCompleted);
        Assert.Equal([1L], Due());
        Assert.False(renewal.IsCompleted);
        _timers.Revoked(1);
        Assert.Equal(new LeaseRenewal(true, 0), await renewal);
        Assert.Equal(new LeaseRenewal(true, 0), await _timers.RenewAsync(1));
    }

    [Fact]
    public void Lease_whose_revocation_was_refused_is_due_again()
    {
        Lead();
        _timers.Granted(1, 10);
        _timers.Refused(1);
        Advance(10);
        Assert.Equal([1L], Due());
        Assert.Empty(Due());
        _timers.Refused(1);
        Assert.Equal([1L], Due());
        _timers.Revoked(1);
        _timers.Refused(1);
        Assert.Empty(Due());
    }

    [Fact]
    public async Task Renewal_that_waits_is_told_when_nobody_leads_here_any_more()
    {
        Lead();
        _timers.Granted(1, 10);
        Advance(10);
        var renewal = _timers.RenewAsync(1);
        _timers.Follow();
        Assert.False((await renewal).IsLeader);
        Assert.False((await _timers.RenewAsync(1)).IsLeader);
        Assert.Null(_timers.FindRemaining(1));
    }

    [Fact]
    public void New_leader_gives_every_lease_its_full_time_and_the_extension()
    {
        _timers.Lead([new StoredLease(1, 10, 0), new StoredLease(2, 100, 5)], TimeSpan.FromSeconds(1));
        Assert.Equal(11, _timers.FindRemaining(1)?.RemainingSeconds);
        Assert.Equal(6, _timers.FindRemaining(2)?.RemainingSeconds);
        Advance(6);
        Assert.Equal([2L], Due());
    }

    [Fact]
    public void Revocation_that_could_not_be_proposed_comes_again()
    {
        Lead();
        _timers.Granted(1, 10);
        Advance(10);
        Assert.Equal([1L], Due());
        _timers.Postpone(1);
        Assert.Equal([1L], Due());
    }

    [Fact]
    public void At_most_so_many_leases_are_due_at_once()
    {
        Lead();
        for (long id = 1; id <= 10; id++)
        {
            _timers.Granted(id, id);
        }

        Advance(10);
        var due = new List<long>();
        _timers.TakeDue(due, 4);
        Assert.Equal([1L, 2L, 3L, 4L], due);
        Assert.Equal([5L, 6L, 7L, 8L, 9L, 10L], Due());
    }

    [Fact]
    public async Task Renewal_ends_when_the_checkpoint_is_taken_back()
    {
        Lead();
        _timers.Granted(1, 600);
        _timers.Granted(2, 60);
        Advance(100);
        Assert.Equal([new LeaseRemaining(1, 500)], _timers.TakeCheckpoints(TimeSpan.FromMinutes(5)));
        _timers.Checkpointed([new LeaseRemaining(1, 500)]);
        var first = _timers.RenewAsync(1);
        var second = _timers.RenewAsync(1);
        Assert.Equal([new LeaseRemaining(1, 0)], _timers.TakeCheckpointResets());
        Assert.Empty(_timers.TakeCheckpointResets());

        // Until then a next leader would give the lease 500 seconds.
        Assert.False(first.IsCompleted);
        Assert.Empty(_timers.TakeCheckpoints(TimeSpan.FromMinutes(5)));
        _timers.Checkpointed([new LeaseRemaining(1, 0)]);
        Assert.Equal(new LeaseRenewal(true, 600), await first);
        Assert.Equal(new LeaseRenewal(true, 600), await second);
        var third = _timers.RenewAsync(1);
        Assert.True(third.IsCompleted);
        Assert.Equal(new LeaseRenewal(true, 600), await third);
    }

    [Fact]
    public async Task Renewal_that_waits_for_a_checkpoint_is_told_when_nobody_leads_here_any_more()
    {
        _timers.Lead([new StoredLease(1, 600, 5)], TimeSpan.Zero);
        var renewal = _timers.RenewAsync(1);
        Assert.False(renewal.IsCompleted);
        _timers.Follow();
        Assert.Equal(new LeaseRenewal(false, 0), await renewal);
    }

    [Fact]
    public async Task What_takes_a_checkpoint_back_is_proposed_again_when_it_could_not_be()
    {
        _timers.Lead([new StoredLease(1, 600, 5)], TimeSpan.Zero);
        var renewal = _timers.RenewAsync(1);
        _timers.Postpone(_timers.TakeCheckpointResets());
        Assert.Equal([new LeaseRemaining(1, 0)], _timers.TakeCheckpointResets());
        Assert.False(renewal.IsCompleted);
        _timers.Revoked(1);
        Assert.Equal(new LeaseRenewal(true, 0), await renewal);
    }

    [Fact]
    public void Longest_time_to_live_does_not_overflow()
    {
        Lead();
        _timers.Granted(1, LeaseTimers.TtlSecondsMax);
        Assert.Empty(Due());
        Assert.True(_timers.FindRemaining(1)?.RemainingSeconds > 1_000_000_000);
    }

    [Fact]
    public void Granted_again_under_the_same_id_is_another_lease()
    {
        Lead();
        _timers.Granted(1, 10);
        _timers.Revoked(1);
        _timers.Granted(1, 20);
        Advance(10);
        Assert.Empty(Due());
        Advance(10);
        Assert.Equal([1L], Due());
    }

    private void Lead() => _timers.Lead([], TimeSpan.Zero);

    private void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private List<long> Due()
    {
        var due = new List<long>();
        _timers.TakeDue(due, int.MaxValue);
        return due;
    }
}
