namespace Coordination.Linearizability.Tests;

/// <summary>
/// The checker of revisions against the general checker with the same store for a model: they share the store and nothing else.
/// Histories are short, half of them changed at random, with values that repeat, so that it is unclear who wrote what.
/// </summary>
public sealed class AgreementTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 200)]
    [InlineData(2, 200)]
    [InlineData(1, 500)]
    public void Both_checkers_agree(int values, int unknownPerMille)
    {
        LinearizabilityChecker<StoreState, StoreRequest, StoreAnswer> general = new(new StoreModel(StoreState.Fresh));
        StoreSimulationOptions options = new()
        {
            Clients = 4,
            Keys = 2,
            Operations = 14,
            UnknownPerMille = unknownPerMille,
            HasLocalReads = false,
            Values = values,
        };
        int violated = 0;
        const int Histories = 1500;
        for (int seed = 1; seed <= Histories; seed++)
        {
            Random random = new(seed);
            var history = StoreSimulation.Run(seed, options).History;
            string kind = HistoryMutation.Kinds[random.Next(HistoryMutation.Kinds.Count)];
            history = seed % 2 == 0 ? HistoryMutation.Apply(kind, random, history) ?? history : history;

            Verdict expected = general.Check(history);
            Verdict actual = RevisionChecker.Check(history).Verdict;

            violated += expected.Ruling == Ruling.Violated ? 1 : 0;
            Assert.True(
                expected.Ruling == actual.Ruling,
                $"Seed {seed}, {kind}:\n{HistoryText.Write(history)}\ngeneral {expected}\n\nrevisions {actual}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{violated} of {Histories} are wrong, for both.");
        Assert.InRange(violated, Histories / 4, Histories * 3 / 5);
    }
}
