namespace Coordination.Linearizability.Tests;

public sealed class MutationTests
{
    public static TheoryData<string> Kinds => [.. HistoryMutation.Kinds];

    /// <summary>
    /// Not all changed histories are wrong: the last write may be lost when nobody read it, and an operation may move as far as others were
    /// under way. Those that are nearly always wrong must nearly always be found.
    /// </summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_changed_history_is_found(string kind)
    {
        int changed = 0;
        int caught = 0;
        int undecided = 0;
        for (int seed = 1; seed <= 100; seed++)
        {
            var history = StoreSimulation.Run(seed, new StoreSimulationOptions { Operations = 300, UnknownPerMille = 50 }).History;
            if (HistoryMutation.Apply(kind, new Random(seed), history) is { } mutant)
            {
                Ruling ruling = RevisionChecker.Check(mutant).Verdict.Ruling;
                changed++;
                caught += ruling == Ruling.Violated ? 1 : 0;
                undecided += ruling == Ruling.Undecided ? 1 : 0;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {caught} of {changed} found, {undecided} undecided.");
        Assert.True(changed >= 50, $"only {changed} histories were changed");
        int share = kind switch
        {
            "unknown write is refused" => 10,
            "answer has the next revision" => 60,
            "write is lost" or "write is told refused" => 80,
            "read shows an older state" => 90,
            _ => 95,
        };
        Assert.True(caught * 100 >= changed * share, $"{caught} of {changed} found, {undecided} undecided");
    }
}
