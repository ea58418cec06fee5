namespace Coordination.Linearizability.Tests;

public sealed class LinearizabilityCheckerTests
{
    private static readonly LinearizabilityChecker<RegisterState, RegisterRequest, RegisterAnswer> Checker = new(new RegisterModel());

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 30)]
    [InlineData(3, 100)]
    public void Ten_thousand_operations_of_thirty_clients_on_ten_keys_take_seconds(int seed, int unknownPerMille)
    {
        var history = RegisterSimulation.Run(seed, clients: 30, keys: 10, operations: 10_000, unknownPerMille);
        LinearizabilityChecker<RegisterState, RegisterRequest, RegisterAnswer> checker = new(
            new RegisterModel(), new SearchLimits { TimeMax = TimeSpan.FromSeconds(20) });

        Verdict verdict = checker.Check(history);

        Verdicts.AssertCorrect(verdict);
        TestContext.Current.TestOutputHelper?.WriteLine(verdict.ToString());
    }

    [Fact]
    public void Simulated_registers_are_linearizable()
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            var history = RegisterSimulation.Run(
                seed, clients: 1 + (seed % 9), keys: 1 + (seed % 3), operations: 200, unknownPerMille: 20 * (seed % 6));

            Verdicts.AssertCorrect(Checker.Check(history));
        }
    }

    [Fact]
    public void A_stale_read_is_found() => AssertViolated(
        """
        #1 c1 - 0 10 answered put a 1 => done
        #2 c1 - 20 30 answered put a 2 => done
        #3 c2 - 40 50 answered get a => found 1
        """,
        "in a, the longest prefix that has an order holds 2 of 3", "the state is '2'",
        "#3 c2 - 40 50 answered get a => found 1\n      should be => found 2");

    [Fact]
    public void Reads_that_go_back_are_found() => AssertViolated(
        """
        #1 c1 - 0 10 answered put a 1 => done
        #2 c1 - 20 90 answered put a 2 => done
        #3 c2 - 30 40 answered get a => found 2
        #4 c3 - 50 60 answered get a => found 1
        """,
        "#4 c3");

    [Fact]
    public void A_lost_update_is_found() => AssertViolated(
        """
        #1 c1 - 0 10 answered put a 1 => done
        #2 c1 - 20 30 answered cas a 1 2 => swapped
        #3 c2 - 20 30 answered cas a 1 3 => swapped
        """,
        "#2 c1", "#3 c2", "should be => different");

    [Fact]
    public void An_unanswered_write_that_was_read_must_not_disappear() => AssertViolated(
        """
        #1 c1 - 0 10 unknown put a 1
        #2 c2 - 20 30 answered get a => found 1
        #3 c3 - 40 50 answered get a => nothing
        """,
        "#3 c3", "should be => found 1");

    [Fact]
    public void An_unanswered_write_takes_effect_once() => AssertViolated(
        """
        #1 c1 - 0 10 unknown put a 1
        #2 c2 - 20 30 answered get a => found 1
        #3 c2 - 40 50 answered delete a => done
        #4 c3 - 60 70 answered get a => found 1
        """,
        "#4 c3");

    [Fact]
    public void An_unanswered_write_takes_effect_late_or_never() => Verdicts.AssertCorrect(Checker.Check(Parse(
        """
        #1 c1 - 0 10 unknown put a 1
        #2 c1 - 0 10 unknown put a 9
        #3 c2 - 20 30 answered get a => nothing
        #4 c2 - 40 50 answered put a 2 => done
        #5 c3 - 60 70 answered get a => found 1
        """)));

    [Fact]
    public void A_refused_write_must_not_be_seen() => AssertViolated(
        """
        #1 c1 - 0 10 refused put a 1
        #2 c2 - 20 30 answered get a => found 1
        """,
        "#2 c2", "holds 0 of 1");

    [Fact]
    public void A_write_that_overtakes_the_clock_is_found() => AssertViolated(
        """
        #1 c2 - 0 10 answered get a => found 1
        #2 c1 - 20 30 answered put a 1 => done
        """,
        "#1 c2");

    [Fact]
    public void Equal_ticks_are_concurrent() => Verdicts.AssertCorrect(Checker.Check(Parse(
        """
        #1 c2 - 0 10 answered get a => found 1
        #2 c1 - 10 20 answered put a 1 => done
        """)));

    [Fact]
    public void Limits_give_no_answer_instead_of_a_wrong_one()
    {
        var history = RegisterSimulation.Run(1, clients: 30, keys: 1, operations: 2000, unknownPerMille: 0);
        LinearizabilityChecker<RegisterState, RegisterRequest, RegisterAnswer> checker = new(
            new RegisterModel(), new SearchLimits { ConfigurationsMax = 100 });

        Verdict verdict = checker.Check(history);

        Assert.Equal(Ruling.Undecided, verdict.Ruling);
        Assert.StartsWith("gave up on k0 after", verdict.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_answer_is_mostly_found()
    {
        int caught = 0;
        const int Histories = 300;
        for (int seed = 1; seed <= Histories; seed++)
        {
            var history = RegisterSimulation.Run(seed, clients: 8, keys: 2, operations: 150, unknownPerMille: 20).ToArray();
            Random random = new(seed);
            int[] reads = [.. Enumerable.Range(0, history.Length).Where(index => history[index].Answer is RegisterAnswer.Found)];
            int changed = reads[random.Next(reads.Length)];
            int other = reads.First(index => !history[index].Answer!.Equals(history[changed].Answer));
            history[changed] = history[changed] with { Answer = history[other].Answer };
            caught += Checker.Check(history).Ruling == Ruling.Violated ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{caught} of {Histories} changed histories were found wrong.");
        Assert.InRange(caught, Histories * 70 / 100, Histories);
    }

    private static IReadOnlyList<RegisterOperation> Parse(string text) => HistoryText.Parse(text, new RegisterFormat());

    private static void AssertViolated(string text, params string[] told) => Verdicts.AssertViolated(
        Checker.Check(Parse(text)), LinearizabilityChecker<RegisterState, RegisterRequest, RegisterAnswer>.Rule, told);
}
