namespace Coordination.Linearizability.Tests;

/// <summary>Times are in seconds here: a lease of 10, granted and attached by 1.</summary>
public sealed class LeaseJudgeTests
{
    private static readonly LeaseRecord Granted = new()
    {
        Lease = 7,
        Ttl = TimeSpan.FromSeconds(10),
        Grant = Message(0, 0.5, LeaseAnswer.Alive),
        AttachedAt = At(1),
    };

    [Fact]
    public void A_lease_that_is_renewed_and_then_runs_out_is_right() => Verdicts.AssertCorrect(Check(Granted with
    {
        Renewals = [Message(4, 4.1, LeaseAnswer.Alive), Message(15, 15.1, LeaseAnswer.Gone)],
        Observations = [Look(13, 13.9, true), Look(15, 15.1, false), Look(40, 41, false)],
    }));

    [Fact]
    public void Simulated_leases_are_right()
    {
        for (int seed = 1; seed <= 500; seed++)
        {
            Verdicts.AssertCorrect(Check(LeaseSimulation.Run(new Random(seed), early: TimeSpan.Zero, late: TimeSpan.Zero)));
        }
    }

    [Fact]
    public void Simulated_leases_that_run_out_early_or_late_are_found()
    {
        const int Leases = 200;
        int early = 0;
        int late = 0;
        for (int seed = 1; seed <= Leases; seed++)
        {
            early += Check(LeaseSimulation.Run(new Random(seed), TimeSpan.FromSeconds(2), TimeSpan.Zero)).Ruling == Ruling.Violated ? 1 : 0;
            late += Check(LeaseSimulation.Run(new Random(seed), TimeSpan.Zero, TimeSpan.FromSeconds(8))).Ruling == Ruling.Violated ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"2 s early: {early} of {Leases} found; 8 s late: {late} of {Leases} found.");

        // When the last renewal was done but not answered, nobody can know that the end was early.
        Assert.InRange(early, Leases * 80 / 100, Leases);
        Assert.InRange(late, Leases * 95 / 100, Leases);
    }

    [Fact]
    public void An_early_end_is_found_by_the_time_the_renewal_was_sent()
    {
        LeaseRecord lease = Granted with { Renewals = [Message(5, 6, LeaseAnswer.Alive)] };

        AssertViolated(LeaseJudge.ExpiredEarly, lease with { Observations = [Look(14.5, 14.8, false)] }, "lease 7", "0.100 s too early");
        Verdicts.AssertCorrect(Check(lease with { Observations = [Look(14.5, 15, false)] }));
    }

    [Fact]
    public void A_renewal_that_finds_nothing_too_early_is_found() => AssertViolated(
        LeaseJudge.ExpiredEarly, Granted with { Renewals = [Message(5, 5.5, LeaseAnswer.Gone)] }, "[50000000..55000000] absent");

    [Fact]
    public void A_renewal_that_succeeds_after_the_end_is_found() => AssertViolated(
        LeaseJudge.ExpiredEarly,
        Granted with { Renewals = [Message(12, 13, LeaseAnswer.Alive)], Observations = [Look(11, 11.5, false)] },
        "[120000000..130000000] Alive");

    [Fact]
    public void A_renewal_without_an_answer_promises_nothing() => Verdicts.AssertCorrect(Check(Granted with
    {
        Renewals = [Message(5, 6, LeaseAnswer.None)],
        Observations = [Look(10, 10.5, false)],
    }));

    [Fact]
    public void A_revoked_lease_may_be_gone_at_once() => Verdicts.AssertCorrect(Check(Granted with
    {
        Revocations = [Message(2, 3, LeaseAnswer.Gone)],
        Observations = [Look(2.5, 2.6, false)],
    }));

    [Fact]
    public void A_lease_that_survives_its_revocation_is_found() => AssertViolated(
        LeaseJudge.SurvivedRevocation,
        Granted with { Revocations = [Message(2, 3, LeaseAnswer.Gone)], Observations = [Look(4, 4.1, true)] },
        "[40000000..41000000] present");

    [Fact]
    public void A_lease_that_never_ends_is_found() => AssertViolated(
        LeaseJudge.NeverExpired,
        Granted with { Renewals = [Message(4, 5, LeaseAnswer.Alive)], Observations = [Look(18.5, 19, true)] },
        "0.500 s after it had to be gone");

    [Fact]
    public void A_lease_that_is_there_again_is_found() => AssertViolated(
        LeaseJudge.CameBack, Granted with { Observations = [Look(11, 11.5, false), Look(12, 12.5, true)] }, "lease 7");

    [Fact]
    public void An_election_gives_a_lease_its_time_again()
    {
        LeaseRecord lease = Granted with { Observations = [Look(20, 21, true)] };

        AssertViolated(LeaseJudge.NeverExpired, lease, "lease 7");
        Verdicts.AssertCorrect(new LeaseJudge(new LeaseLimits { Elections = [At(8)] }).Check([lease]));
        Assert.Equal(Ruling.Violated, new LeaseJudge(new LeaseLimits { Elections = [At(15)] }).Check([lease]).Ruling);
    }

    private static long At(double seconds) => TimeSpan.FromSeconds(seconds).Ticks;

    private static LeaseMessage Message(double sent, double ended, LeaseAnswer answer) => new(At(sent), At(ended), answer);

    private static LeaseObservation Look(double start, double end, bool isPresent) => new(At(start), At(end), isPresent);

    private static Verdict Check(LeaseRecord lease) => new LeaseJudge(new LeaseLimits()).Check([lease]);

    private static void AssertViolated(string rule, LeaseRecord lease, params string[] told) =>
        Verdicts.AssertViolated(Check(lease), rule, told);
}
