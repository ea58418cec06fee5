using Coordination.Raft;
using Coordination.Simulation;

namespace Coordination.Storage.Tests;

/// <summary>
/// Random histories against the model. Every failure names its seed; the history of a seed never changes.
/// </summary>
public sealed class WalModelTests
{
    [Fact]
    public void Everything_written_is_found_again_after_an_orderly_restart()
    {
        ForSeeds(1000, (random, workload, fixture) =>
        {
            for (int round = 0; round < 4; round++)
            {
                Run(random, workload, fixture.Log);
                workload.WriteBatch(fixture.Log);
                var recovery = fixture.Reopen();
                Assert.Null(recovery.Cut);
                Assert.Equal(workload.Possible[^1], WalFixture.Describe(recovery));
                workload.Restart(recovery);
            }
        });
    }

    [Fact]
    public void A_crash_loses_at_most_what_was_not_synced_and_leaves_whole_batches()
    {
        ForSeeds(2000, (random, workload, fixture) =>
        {
            for (int round = 0; round < 4; round++)
            {
                Run(random, workload, fixture.Log);
                fixture.Disk.Crash(random);
                CheckAndGoOn(workload, fixture);
            }
        });
    }

    [Fact]
    public void A_killed_process_loses_nothing_written_and_makes_it_durable_when_it_is_back()
    {
        ForSeeds(1000, (random, workload, fixture) =>
        {
            Run(random, workload, fixture.Log);
            workload.WriteBatch(fixture.Log);
            string written = workload.Possible[^1];
            fixture.Disk.KillProcess();
            Assert.Equal(written, WalFixture.Describe(fixture.Open()));

            // What was handed out must survive a power failure right afterwards.
            Assert.Equal(written, WalFixture.Describe(fixture.CrashLosingAll()));
        });
    }

    [Fact]
    public void A_crash_in_the_middle_of_any_operation_keeps_what_was_synced()
    {
        ForSeeds(3000, (random, workload, fixture) =>
        {
            for (int round = 0; round < 4; round++)
            {
                fixture.Disk.Faults.FailNth(random.Next(1, 40));
                RunUntilFailure(random, workload, fixture.Log);
                CrashOrKill(random, fixture.Disk);
                fixture.Disk.Faults.Clear();
                if (random.NextBool())
                {
                    // Recovery is interrupted as well, and must leave what the next one can judge.
                    fixture.Disk.Faults.FailNth(random.Next(1, 30));
                    TryOpen(fixture);
                    fixture.Disk.Faults.Clear();
                    CrashOrKill(random, fixture.Disk);
                }

                CheckAndGoOn(workload, fixture);
            }
        });
    }

    [Fact]
    public void A_full_disk_stops_the_log_and_costs_nothing_that_was_synced()
    {
        ForSeeds(1000, (random, workload, fixture) =>
        {
            fixture.Disk.Faults.CapacityBytes = fixture.Disk.UsedBytes + random.Next(40_000);
            RunUntilFailure(random, workload, fixture.Log);
            CrashOrKill(random, fixture.Disk);
            fixture.Disk.Faults.CapacityBytes = long.MaxValue;
            CheckAndGoOn(workload, fixture);
            Run(random, workload, fixture.Log);
        });
    }

    private static void Run(SimulationRandom random, WalWorkload workload, WriteAheadLog log)
    {
        int steps = random.Next(80);
        for (int i = 0; i < steps; i++)
        {
            workload.Step(log);
        }
    }

    private static void RunUntilFailure(SimulationRandom random, WalWorkload workload, WriteAheadLog log)
    {
        try
        {
            Run(random, workload, log);
        }
        catch (IOException)
        {
            Assert.Throws<InvalidOperationException>(log.WriteBatch);
            Assert.Throws<InvalidOperationException>(log.Sync);
            Assert.Throws<InvalidOperationException>(() => log.Purge());
        }
    }

    private static void TryOpen(WalFixture fixture)
    {
        try
        {
            fixture.Open();
        }
        catch (IOException failure) when (failure.Message.Contains("injected", StringComparison.Ordinal))
        {
            Assert.IsNotType<WalCorruptException>(failure);
        }
    }

    private static void CrashOrKill(SimulationRandom random, SimulatedFileSystem disk)
    {
        if (random.Chance(200))
        {
            disk.KillProcess();
        }
        else
        {
            disk.Crash(random);
        }
    }

    private static void CheckAndGoOn(WalWorkload workload, WalFixture fixture)
    {
        var recovery = fixture.Open();
        Assert.Contains(WalFixture.Describe(recovery), workload.Possible);
        workload.Restart(recovery);
    }

    private static void ForSeeds(int count, Action<SimulationRandom, WalWorkload, WalFixture> test)
    {
        for (int seed = 1; seed <= count; seed++)
        {
            var random = new SimulationRandom((ulong)seed);
            var workload = new WalWorkload(random);
            using var fixture = new WalFixture();
            fixture.Options = fixture.Options with { SegmentBytes = 4096 << random.Next(3) };
            try
            {
                workload.Restart(fixture.Open());
                test(random, workload, fixture);
            }
            catch (Exception failure)
            {
                // Broad, because every failure has to name its seed; it is thrown on.
                throw new InvalidOperationException($"Seed {seed}: {failure.Message}\n{string.Join('\n', workload.Steps)}", failure);
            }
        }
    }
}
