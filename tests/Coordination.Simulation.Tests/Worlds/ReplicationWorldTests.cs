namespace Coordination.Simulation.Tests;

/// <summary>Worlds in which the product's replicas run whole.</summary>
public sealed class ReplicationWorldTests
{
    private const int Steps = 6_000;

    public static TheoryData<int, string> Worlds
    {
        get
        {
            var worlds = new TheoryData<int, string>();
            foreach (int nodes in new[] { 1, 3, 5 })
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
    public void No_rule_breaks(int nodes, string profile)
    {
        for (ulong seed = 1; seed <= 2; seed++)
        {
            var result = Run(seed, new WorldOverrides(nodes, null, Enum.Parse<FaultProfile>(profile), Steps), null);
            Assert.True(result.Violation is null, $"{result.Options}: {result.Violation}");
        }
    }

    [Theory]
    [InlineData(31, "Everything")]
    [InlineData(32, "Crashes")]
    [InlineData(33, "Churn")]
    [InlineData(34, "Disks")]
    public void The_same_seed_gives_the_same_trace(ulong seed, string profile)
    {
        var overrides = new WorldOverrides(3, 2, Enum.Parse<FaultProfile>(profile), Steps);
        var first = new TraceRecorder(0, null);
        var second = new TraceRecorder(0, null);
        var traced = Run(seed, overrides, first);
        Run(seed, overrides, second);
        var plain = Run(seed, overrides, null);
        Assert.InRange(first.Lines, 1_000, long.MaxValue);
        Assert.Equal(first.Lines, second.Lines);
        Assert.Equal(first.Hash, second.Hash);
        Assert.Equal(traced.Statistics.Steps, plain.Statistics.Steps);
        Assert.Equal(traced.Statistics.WritesAcknowledged, plain.Statistics.WritesAcknowledged);
    }

    [Fact]
    public void A_calm_world_elects_once_and_serves_clients_at_every_member()
    {
        var result = Run(1, new WorldOverrides(3, 2, FaultProfile.Calm, Steps), null);
        Assert.Null(result.Violation);
        Assert.Equal(2, result.Statistics.Elections);
        Assert.InRange(result.Statistics.WritesAcknowledged, 50, long.MaxValue);
        Assert.InRange(result.Statistics.ReadsAnswered, 30, long.MaxValue);
    }

    [Fact]
    public void Hostile_worlds_meet_what_replicas_have_to_live_with()
    {
        var total = new WorldStatistics();
        for (ulong seed = 1; seed <= 8; seed++)
        {
            total.Add(Run(seed, new WorldOverrides(5, 2, FaultProfile.Everything, 10_000), null).Statistics);
        }

        Assert.InRange(total.Elections, 20, long.MaxValue);
        Assert.InRange(total.SnapshotsInstalled, 1, long.MaxValue);
        Assert.InRange(total.FailStops, 1, long.MaxValue);
        Assert.InRange(total.CommitsLost, 10, long.MaxValue);
        Assert.InRange(total.WritesAcknowledged, 500, long.MaxValue);
    }

    private static WorldResult Run(ulong seed, WorldOverrides overrides, TraceRecorder? trace) =>
        new World(WorldOptionsDraw.Draw(seed, overrides with { Replicas = ReplicaKind.Production }), trace).Run();
}
