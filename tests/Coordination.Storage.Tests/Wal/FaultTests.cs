using Coordination.Raft;

namespace Coordination.Storage.Tests;

/// <summary>Each operation of a fixed history fails in turn: the log stops, and a restart finds all that was synced.</summary>
public sealed class FaultTests
{
    [Fact]
    public void Any_operation_that_fails_stops_the_log_for_good()
    {
        for (int n = 1; ; n++)
        {
            using var fixture = Prepare();
            fixture.Disk.Faults.FailNth(n);
            if (RunToFailure(fixture, out int synced) is null)
            {
                Assert.True(n > 20, $"The history has only {n} operations.");
                return;
            }

            AssertRefusesEverything(fixture.Log);
            Assert.InRange(fixture.CrashLosingAll().Partitions[WalFixture.P1].Entries.Count, synced, synced + 1);
        }
    }

    [Fact]
    public void A_full_disk_at_any_byte_stops_the_log_for_good()
    {
        for (long room = 0; ; room += 512)
        {
            using var fixture = Prepare();
            fixture.Disk.Faults.CapacityBytes = fixture.Disk.UsedBytes + room;
            var failure = RunToFailure(fixture, out int synced);
            if (failure is null)
            {
                return;
            }

            Assert.IsType<DiskFullException>(failure);
            AssertRefusesEverything(fixture.Log);
            fixture.Disk.Faults.CapacityBytes = long.MaxValue;
            Assert.InRange(fixture.CrashLosingAll().Partitions[WalFixture.P1].Entries.Count, synced, synced + 1);
        }
    }

    private static WalFixture Prepare()
    {
        var fixture = new WalFixture { Options = new WalOptions { SegmentBytes = 4096, ClusterId = 7, ReplicaNodeId = 42 } };
        fixture.Open();
        fixture.Log.CreatePartition(WalFixture.P1, WalFixture.Start());
        fixture.Commit();
        return fixture;
    }

    private static IOException? RunToFailure(WalFixture fixture, out int synced)
    {
        synced = 0;
        try
        {
            for (ulong i = 1; i <= 12; i++)
            {
                fixture.Commit(WalFixture.P1, WalFixture.Request(WalFixture.Entries(i, 1, 1, 400)));
                synced++;
            }

            return null;
        }
        catch (IOException failure)
        {
            return failure;
        }
    }

    private static void AssertRefusesEverything(WriteAheadLog log)
    {
        Assert.Throws<InvalidOperationException>(log.WriteBatch);
        Assert.Throws<InvalidOperationException>(log.Sync);
        Assert.Throws<InvalidOperationException>(() => log.Purge());
        Assert.Throws<InvalidOperationException>(
            () => log.Append(WalFixture.P1, WalFixture.Request(WalFixture.State(5, 0, 0))));
        Assert.Throws<InvalidOperationException>(() => log.Compact(WalFixture.P1, WalFixture.Start()));
        Assert.Throws<InvalidOperationException>(() => log.CreatePartition(WalFixture.P2, WalFixture.Start()));
        Assert.Throws<InvalidOperationException>(() => log.DropPartition(WalFixture.P1));
    }
}
