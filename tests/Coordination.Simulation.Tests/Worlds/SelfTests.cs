using Coordination.Raft;

namespace Coordination.Simulation.Tests;

/// <summary>Worlds whose ground rules are broken on purpose: whoever does not notice would not notice a bug either.</summary>
public sealed class SelfTests
{
    [Fact]
    public void Disks_that_lie_about_syncs_are_noticed()
    {
        var overrides = new WorldOverrides(3, 2, FaultProfile.Crashes, 20_000);
        Assert.Equal(Rules.Recovery, FindViolation(overrides, options => options with { DisksLie = true })?.Rule);
    }

    [Fact]
    public void Leases_under_clocks_that_run_wild_are_noticed()
    {
        var overrides = new WorldOverrides(3, 1, FaultProfile.Partitions, 20_000);
        var violation = FindViolation(
            overrides,
            options => options with
            {
                DriftPercent = 80,
                ClientInterval = 1_000,
                FaultInterval = 50_000,
                FaultDuration = 400_000,
                Core = options.Core with
                {
                    ElectionTimeoutTicks = 10,
                    HeartbeatTicks = 1,
                    ReadConfirmation = ReadConfirmation.Lease,
                    LeaseDriftTicks = 1,
                    QuiesceAfterTicks = 0,
                },
            });
        Assert.Equal(Rules.LinearizableRead, violation?.Rule);
    }

    private static Violation? FindViolation(WorldOverrides overrides, Func<WorldOptions, WorldOptions> change)
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            if (new World(change(WorldOptionsDraw.Draw(seed, overrides)), null).Run().Violation is { } violation)
            {
                return violation;
            }
        }

        return null;
    }
}
