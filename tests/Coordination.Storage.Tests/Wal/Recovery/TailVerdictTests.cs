using Coordination.Raft;

namespace Coordination.Storage.Tests;

/// <summary>
/// The verdict on the end of the last segment: cut what was never acknowledged, stop when anything else is wrong.
/// </summary>
public sealed class TailVerdictTests
{
    private static readonly PartitionId P1 = WalFixture.P1;

    [Fact]
    public void A_segment_cut_short_at_any_byte_stops_recovery()
    {
        using var fixture = WalFixture.WithEntries(20);
        string path = fixture.NewestSegmentPath;
        fixture.Log.Dispose();
        byte[] bytes = fixture.Disk.ReadAllBytes(path);
        for (int length = 0; length < bytes.Length; length++)
        {
            fixture.Disk.WriteAllBytes(path, bytes.AsSpan(0, length));
            Assert.Throws<WalCorruptException>(() => fixture.Open());
        }
    }

    [Fact]
    public void Every_subset_of_lost_sectors_of_an_unsynced_batch_is_cut_and_the_log_goes_on()
    {
        const int Sectors = 6;
        for (int kept = 0; kept < (1 << Sectors) - 1; kept++)
        {
            using var fixture = WalFixture.WithEntries(3);
            long first = WriteUnsyncedBatch(fixture, 4, Sectors);
            int mask = kept;
            fixture.Disk.Crash((_, sector) => (mask >> (int)(sector - first) & 1) != 0, () => true);
            var recovery = fixture.Open();
            Assert.Equal(3, recovery.Partitions[P1].Entries.Count);
            Assert.Equal(kept == 0, recovery.Cut is null);
            Assert.Equal(kept == 0 ? null : first * Sector.Bytes, recovery.Cut?.Offset);

            // The place is used again, and nothing of the cut batch shows beside the new one, whatever is lost next.
            fixture.Commit(P1, WalFixture.Request(WalFixture.Entries(4, 1, 2)));
            Assert.Equal(4, fixture.CrashLosingAll().Partitions[P1].Entries.Count);
        }
    }

    [Fact]
    public void A_whole_batch_that_was_not_synced_is_kept_and_becomes_durable()
    {
        using var fixture = WalFixture.WithEntries(3);
        WriteUnsyncedBatch(fixture, 4, 6);
        fixture.Disk.Crash((_, _) => true, () => true);
        var recovery = fixture.Open();
        Assert.Null(recovery.Cut);
        Assert.Equal(4, recovery.Partitions[P1].Entries.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_several_unsynced_batches_a_lost_sector_cuts_its_own_and_all_later_ones(int lost)
    {
        using var fixture = WalFixture.WithEntries(3);
        var starts = new List<long>();
        for (ulong i = 4; i <= 6; i++)
        {
            starts.Add(WriteUnsyncedBatch(fixture, i, 2));
        }

        fixture.Disk.Crash((_, sector) => sector != starts[lost] + 1, () => true);
        var recovery = fixture.Open();
        Assert.Equal(3 + lost, recovery.Partitions[P1].Entries.Count);
        Assert.Equal((ulong)(3 + lost), recovery.Cut?.FirstBatch);
        Assert.Equal((6 - (2 * lost) - (lost == 2 ? 1 : 0)) * Sector.Bytes, recovery.Cut?.Bytes);
        Assert.Null(fixture.Reopen().Cut);
    }

    [Fact]
    public void A_blank_sector_stops_recovery_when_a_later_batch_tells_that_it_was_durable()
    {
        using var fixture = WalFixture.WithEntries(3);
        fixture.Commit(P1, WalFixture.Request(WalFixture.Entries(4, 1, 1, 600)));
        string path = fixture.NewestSegmentPath;
        long before = fixture.Log.GetStatus().BytesWritten;
        fixture.Commit(P1, WalFixture.Request(WalFixture.Entries(5, 1, 1)));
        fixture.Log.Dispose();
        byte[] bytes = fixture.Disk.ReadAllBytes(path);
        long end = Sector.Bytes + before;
        for (long offset = Sector.Bytes; offset < end; offset += Sector.Bytes)
        {
            byte[] damaged = [.. bytes];
            damaged.AsSpan((int)offset, Sector.Bytes).Clear();
            fixture.Disk.WriteAllBytes(path, damaged);
            var corrupt = Assert.Throws<WalCorruptException>(() => fixture.Open());
            Assert.Contains("was durable", corrupt.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Recovery_interrupted_at_any_operation_leaves_what_the_next_one_can_judge()
    {
        for (int n = 1; n < 60; n++)
        {
            using var fixture = WalFixture.WithEntries(3);
            long first = WriteUnsyncedBatch(fixture, 4, 3);
            WriteUnsyncedBatch(fixture, 5, 3);
            fixture.Disk.Crash((_, sector) => sector != first + 1, () => true);
            fixture.Disk.Faults.FailNth(n);
            bool failed = false;
            try
            {
                fixture.Open();
            }
            catch (IOException failure)
            {
                failed = true;
                Assert.IsNotType<WalCorruptException>(failure);
            }

            // Every other sector of the repair gets lost.
            fixture.Disk.Faults.Clear();
            fixture.Disk.Crash((_, sector) => sector % 2 == 0, () => true);
            Assert.Equal(3, fixture.Open().Partitions[P1].Entries.Count);
            if (!failed)
            {
                return;
            }
        }

        Assert.Fail("Recovery does more operations than expected.");
    }

    [Fact]
    public void Data_that_a_failed_sync_dropped_are_written_again_before_they_are_served()
    {
        using var fixture = WalFixture.WithEntries(3);
        WriteUnsyncedBatch(fixture, 4, 2);
        fixture.Disk.Faults.FailNth(Simulation.FileOperation.SyncData, 1);
        Assert.Throws<IOException>(fixture.Log.Sync);
        fixture.Disk.KillProcess();

        // The system's memory still shows the batch, the disk does not have it. Once handed out it must not vanish.
        Assert.Equal(4, fixture.Open().Partitions[P1].Entries.Count);
        Assert.Equal(4, fixture.CrashLosingAll().Partitions[P1].Entries.Count);
    }

    [Fact]
    public void Sectors_of_a_cut_tail_are_gone_from_the_disk_when_the_log_is_open()
    {
        using var fixture = WalFixture.WithEntries(3);
        long first = WriteUnsyncedBatch(fixture, 4, 3);
        fixture.Disk.Crash((_, sector) => sector != first, () => true);
        fixture.Open();
        fixture.Disk.Crash((_, _) => false, () => false);
        byte[] bytes = fixture.Disk.ReadAllBytes(WalFixture.SegmentPath(1));
        Assert.Equal(-1, bytes.AsSpan((int)first * Sector.Bytes).IndexOfAnyExcept((byte)0));
    }

    /// <summary>Writes one entry as a batch of that many sectors and returns the number of its first sector in the file.</summary>
    private static long WriteUnsyncedBatch(WalFixture fixture, ulong index, int sectors)
    {
        long first = 1 + (fixture.Log.GetStatus().BytesWritten / Sector.Bytes);
        fixture.Log.Append(P1, WalFixture.Request(WalFixture.Entries(index, 1, 1, (sectors * 500) - 200)));
        fixture.Log.WriteBatch();
        Assert.Equal(first + sectors, 1 + (fixture.Log.GetStatus().BytesWritten / Sector.Bytes));
        return first;
    }
}
