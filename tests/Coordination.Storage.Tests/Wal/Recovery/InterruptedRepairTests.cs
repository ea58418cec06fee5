using Coordination.Raft;
using Coordination.Simulation;

namespace Coordination.Storage.Tests;

/// <summary>
/// A sync that fails while recovery repairs the end of the log: what recovery overwrote is then forgotten by the system, which goes on
/// showing it to readers. The next start must not take it for done.
/// </summary>
public sealed class InterruptedRepairTests
{
    [Fact]
    public void What_an_interrupted_repair_seemed_to_have_blanked_does_not_come_back()
    {
        using var fixture = WalFixture.WithEntries(3);
        fixture.Log.Append(WalFixture.P1, WalFixture.Request(WalFixture.Entries(4, 1, 1, 3000)));
        fixture.Log.WriteBatch();
        long asked = 0;

        // All of the batch but its second sector gets to the disk before the power fails.
        fixture.Disk.Crash((_, _) => asked++ != 1, () => true);
        fixture.Disk.Faults.FailNth(FileOperation.SyncAll, 1);
        Assert.ThrowsAny<IOException>(() => fixture.Open());
        fixture.Disk.KillProcess();

        Assert.Equal(3, fixture.Open().Partitions[WalFixture.P1].Entries.Count);
        fixture.Commit(WalFixture.P1, WalFixture.Request(WalFixture.Entries(4, 1, 1)));
        fixture.Disk.Crash((_, _) => false, () => false);
        Assert.Equal(4, fixture.Open().Partitions[WalFixture.P1].Entries.Count);
        Assert.DoesNotContain(SegmentName.RepairMark, fixture.Disk.List(WalFixture.Directory));
    }

    [Fact]
    public void A_repair_that_is_interrupted_again_and_again_ends_at_last()
    {
        using var fixture = WalFixture.WithEntries(3);
        fixture.Log.Append(WalFixture.P1, WalFixture.Request(WalFixture.Entries(4, 1, 1, 3000)));
        fixture.Log.WriteBatch();
        long asked = 0;
        fixture.Disk.Crash((_, _) => asked++ != 1, () => true);
        for (int operation = 1; TryFail(fixture, operation); operation++)
        {
            fixture.Disk.KillProcess();
        }

        fixture.Commit(WalFixture.P1, WalFixture.Request(WalFixture.Entries(4, 1, 1)));
        fixture.Disk.Crash((_, _) => false, () => false);
        Assert.Equal(4, fixture.Open().Partitions[WalFixture.P1].Entries.Count);
    }

    private static bool TryFail(WalFixture fixture, int operation)
    {
        fixture.Disk.Faults.FailNth(operation);
        try
        {
            fixture.Open();
            fixture.Disk.Faults.Clear();
            return false;
        }
        catch (IOException failure)
        {
            Assert.Contains("injected", failure.Message, StringComparison.Ordinal);
            fixture.Disk.Faults.Clear();
            return true;
        }
    }
}
