namespace Coordination.Simulation.Tests;

/// <summary>The fixed set of worlds that every build runs: each size of cluster in each kind of weather.</summary>
public sealed class FixedSeedTests
{
    private const int Steps = 15_000;

    public static TheoryData<int, string> Worlds
    {
        get
        {
            var worlds = new TheoryData<int, string>();
            foreach (int nodes in new[] { 1, 3, 5, 7 })
            {
                foreach (string profile in Enum.GetNames<FaultProfile>())
                {
                    worlds.Add(nodes, profile);
                }
            }

            return worlds;
        }
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void No_rule_breaks(int nodes, string profile) => RunAll(nodes, profile, StateMachineKind.Registers);

    [Theory]
    [MemberData(nameof(Worlds))]
    public void No_rule_breaks_with_the_state_machine_of_the_product(int nodes, string profile) =>
        RunAll(nodes, profile, StateMachineKind.Store);

    [Theory]
    [InlineData(1, "Registers")]
    [InlineData(3, "Registers")]
    [InlineData(7, "Registers")]
    [InlineData(1, "Store")]
    [InlineData(3, "Store")]
    public void A_calm_world_elects_once_and_serves_its_clients(int nodes, string state)
    {
        var overrides = new WorldOverrides(nodes, 2, FaultProfile.Calm, Steps, Enum.Parse<StateMachineKind>(state));
        var result = new World(WorldOptionsDraw.Draw(1, overrides), null).Run();
        Assert.Null(result.Violation);
        Assert.Equal(2, result.Statistics.Elections);
        Assert.InRange(result.Statistics.WritesAcknowledged, 100, long.MaxValue);
        Assert.InRange(result.Statistics.ReadsAnswered, 50, long.MaxValue);
    }

    [Theory]
    [InlineData("Registers")]
    [InlineData("Store")]
    public void Hostile_worlds_make_progress_and_see_every_kind_of_fault(string state)
    {
        var kind = Enum.Parse<StateMachineKind>(state);
        var total = new WorldStatistics();
        for (ulong seed = 1; seed <= 12; seed++)
        {
            var options = WorldOptionsDraw.Draw(seed, new WorldOverrides(5, 2, FaultProfile.Everything, Steps, kind));
            var core = options.Core with { ReadConfirmation = Raft.ReadConfirmation.Quorum };
            var result = new World(options with { BitFlips = true, Core = core }, null).Run();
            Assert.Null(result.Violation);
            total.Add(result.Statistics);
        }

        Assert.InRange(total.WritesAcknowledged, 1_000, long.MaxValue);
        Assert.InRange(total.ReadsAnswered, 500, long.MaxValue);
        Assert.InRange(total.SnapshotsInstalled, 10, long.MaxValue);
        Assert.InRange(total.MembershipChanges, 10, long.MaxValue);
        Assert.All(Enum.GetValues<FaultKind>(), fault => Assert.True(total[fault] > 0, $"{fault} never happened."));
        if (kind == StateMachineKind.Store)
        {
            Assert.InRange(total.Comparisons, 1_000, long.MaxValue);
            Assert.InRange(total.CommitsLost, 100, long.MaxValue);
        }
    }

    private static void RunAll(int nodes, string profile, StateMachineKind state)
    {
        for (int partitions = 1; partitions <= 4; partitions++)
        {
            ulong seed = (ulong)((nodes * 100) + partitions);
            var overrides = new WorldOverrides(nodes, partitions, Enum.Parse<FaultProfile>(profile), Steps, state);
            var result = new World(WorldOptionsDraw.Draw(seed, overrides), null).Run();
            Assert.True(result.Violation is null, $"{result.Options}: {result.Violation}");
            Assert.True(result.Statistics.Commits >= partitions, $"{result.Options} commits nothing.");
        }
    }
}
