using System.Diagnostics;

namespace Coordination.Linearizability.Tests;

public sealed class RevisionCheckerTests
{
    [Fact]
    public void Simulated_stores_are_right()
    {
        for (int seed = 1; seed <= 60; seed++)
        {
            StoreSimulationOptions options = new()
            {
                Clients = 1 + (seed % 20),
                Keys = 1 + (seed % 7),
                Operations = 400,
                UnknownPerMille = 30 * (seed % 6),
            };
            SimulatedRun run = StoreSimulation.Run(seed, options);

            RevisionVerdict found = RevisionChecker.Check(run.History);

            Verdicts.AssertCorrect(found.Verdict);
            Assert.InRange(found.Sequence.LastRevision, options.Operations / 3, options.Operations);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void A_hundred_thousand_operations_take_seconds(int unknownPerMille)
    {
        SimulatedRun run = StoreSimulation.Run(
            1, new StoreSimulationOptions { Clients = 50, Keys = 20, Operations = 100_000, UnknownPerMille = unknownPerMille });

        var elapsed = Stopwatch.StartNew();
        RevisionVerdict found = RevisionChecker.Check(
            run.History, new RevisionCheckOptions { Watched = [.. run.Events.SelectMany(events => events)], IsWatchedWhole = true });

        Verdicts.AssertCorrect(found.Verdict);
        TestContext.Current.TestOutputHelper?.WriteLine($"{elapsed.Elapsed.TotalSeconds:F1} s. {found.Verdict}");
    }

    /// <summary>Without watched events, who made which revision is a riddle, and the more unknown writes, the harder.</summary>
    [Fact]
    public void Without_watched_events_most_long_histories_are_decided_and_none_wrongly()
    {
        const int Histories = 20;
        int decided = 0;
        for (int seed = 1; seed <= Histories; seed++)
        {
            SimulatedRun run = StoreSimulation.Run(
                seed, new StoreSimulationOptions { Clients = 30, Keys = 10, Operations = 3000, UnknownPerMille = 20 });

            RevisionVerdict found = RevisionChecker.Check(run.History, new RevisionCheckOptions { RetriesMax = 5000 });

            Assert.True(found.Verdict.Ruling != Ruling.Violated, found.Verdict.ToString());
            decided += found.Verdict.Ruling == Ruling.Correct ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{decided} of {Histories} decided.");
        Assert.InRange(decided, Histories / 2, Histories);
    }

    [Fact]
    public void With_everything_watched_the_sequence_is_what_happened()
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            SimulatedRun run = StoreSimulation.Run(
                seed, new StoreSimulationOptions { Operations = 300, UnknownPerMille = 300, Values = seed % 4 });

            RevisionVerdict found = RevisionChecker.Check(
                run.History, new RevisionCheckOptions { Watched = [.. run.Events.SelectMany(events => events)], IsWatchedWhole = true });

            Verdicts.AssertCorrect(found.Verdict);
            Assert.Equal(run.Events, found.Sequence.Revisions.Select(revision => revision.Events));
        }
    }

    [Fact]
    public void An_unanswered_write_fills_a_gap() => Verdicts.AssertCorrect(Check(
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c2 m1 0 10 unknown put b 1
        #3 c1 m1 20 30 answered put a 2 => @4 put
        #4 c3 m2 40 50 answered read b => @4 found 1 b=1#3.3.1.0
        """));

    [Fact]
    public void A_wrong_guess_is_taken_back() => Verdicts.AssertCorrect(Check(
        """
        #1 c1 m1 0 10 unknown put a 1
        #2 c2 m1 5 10 unknown delete a
        #3 c3 m1 6 10 unknown put a 1
        #4 c4 m1 20 30 answered put b 1 => @5 put
        #5 c4 m1 40 50 answered read a => @5 found 1 a=1#4.4.1.0
        """));

    [Fact]
    public void A_lease_that_ran_out_fills_a_gap() => Verdicts.AssertCorrect(Check(
        """
        #1 c1 m1 0 10 answered grant 7 5 => @1 leased
        #2 c1 m1 20 30 answered put a 1 lease 7 => @2 put
        #3 c1 m1 40 50 answered put b 1 => @4 put
        #4 c1 m1 60 70 answered read a => @4 found 0
        """));

    [Fact]
    public void A_revocation_has_a_revision_when_the_lease_had_keys() => Verdicts.AssertCorrect(Check(
        """
        #1 c1 m1 20 30 answered put a 1 lease 7 => @2 put
        #2 c1 m1 40 50 answered revoke 7 => @3 leased
        #3 c1 m1 60 70 answered revoke 8 => @3 leased
        #4 c1 m1 80 90 answered read a => @3 found 0
        """));

    [Fact]
    public void A_history_may_begin_with_a_store_that_has_keys()
    {
        var history = StoreFormat.Parse(
            """
            #1 c1 m1 0 10 answered put a 2 => @8 put
            #2 c1 m1 20 30 answered read a => @8 found 1 a=2#5.8.3.0
            """);
        StoreState initial = StoreState.Of(7, [new KeyRecord("a", "1", 5, 7, 2)]);

        Verdicts.AssertCorrect(RevisionChecker.Check(history, new RevisionCheckOptions { Initial = initial }).Verdict);
    }

    [Fact]
    public void A_local_read_may_be_old() => Verdicts.AssertCorrect(Check(
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered put a 2 => @3 put
        #3 c2 m2 40 50 answered read a serializable => @2 found 1 a=1#2.2.1.0
        #4 c2 m2 60 70 answered read a serializable => @3 found 1 a=2#2.3.2.0
        """));

    [Fact]
    public void Too_many_guesses_give_no_answer()
    {
        string unknown = string.Concat(Enumerable.Range(1, 12).Select(id => $"#{id} c{id} m1 0 10 unknown put a x\n"));
        string known = "#13 c1 m1 20 30 answered read a => @8 found 1 a=x#2.8.9.0";

        RevisionVerdict found = RevisionChecker.Check(
            StoreFormat.Parse(unknown + known), new RevisionCheckOptions { RetriesMax = 50 });

        Assert.Equal(Ruling.Undecided, found.Verdict.Ruling);
    }

    private static Verdict Check(string text) => RevisionChecker.Check(StoreFormat.Parse(text)).Verdict;
}
