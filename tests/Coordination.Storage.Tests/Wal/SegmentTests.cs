using Coordination.Raft;

namespace Coordination.Storage.Tests;

/// <summary>New segments, their checkpoints, and the deletion of old ones.</summary>
public sealed class SegmentTests
{
    private static readonly PartitionId P1 = WalFixture.P1;
    private static readonly PartitionId P2 = WalFixture.P2;

    [Fact]
    public void A_full_segment_is_followed_by_the_next()
    {
        using var fixture = new WalFixture();
        fixture.Open();
        fixture.Log.CreatePartition(P1, WalFixture.Start());
        Fill(fixture, P1, 1, 100);
        Assert.True(fixture.Log.GetStatus().Segments >= 3);
        Assert.Equal(100, fixture.Reopen().Partitions[P1].Entries.Count);
    }

    [Fact]
    public void A_batch_larger_than_a_segment_gets_one_of_its_size()
    {
        using var fixture = WalFixture.WithEntries(1);
        fixture.Commit(P1, WalFixture.Request(WalFixture.Entries(2, 10, 1, 10_000)));
        Assert.Equal(11, fixture.Reopen().Partitions[P1].Entries.Count);
        Assert.True(fixture.Log.GetStatus().SegmentBytes > 100_000);
    }

    [Fact]
    public void Compaction_frees_old_segments_and_an_idle_partition_survives_in_the_checkpoint()
    {
        using var fixture = new WalFixture();
        fixture.Open();
        fixture.Log.CreatePartition(P1, WalFixture.Start());
        fixture.Log.CreatePartition(P2, WalFixture.Snapshot(5, 2));
        fixture.Commit(P2, WalFixture.Request(WalFixture.State(9, 2, 5)));
        Fill(fixture, P1, 1, 100);
        Assert.Equal(0, fixture.Log.Purge());
        fixture.Log.Compact(P1, WalFixture.Snapshot(99, 1));
        Assert.True(fixture.Log.Purge() >= 2);
        Assert.False(fixture.Disk.Exists(WalFixture.SegmentPath(1)));
        var recovery = fixture.CrashLosingAll();
        Assert.Equal(WalFixture.State(9, 2, 5), recovery.Partitions[P2].HardState);
        Assert.Equal(WalFixture.Snapshot(5, 2), recovery.Partitions[P2].Snapshot);
        Assert.Equal(new LogIndex(100), Assert.Single(recovery.Partitions[P1].Entries).Index);
    }

    [Fact]
    public void The_partition_that_needs_the_oldest_segment_is_named()
    {
        using var fixture = new WalFixture();
        fixture.Open();
        fixture.Log.CreatePartition(P1, WalFixture.Start());
        fixture.Log.CreatePartition(P2, WalFixture.Start());
        fixture.Commit(P2, WalFixture.Request(WalFixture.Entries(1, 1, 1)));
        Assert.Empty(fixture.Log.PinningOldestSegment());
        Fill(fixture, P1, 1, 100);
        fixture.Log.Compact(P1, WalFixture.Snapshot(100, 1));
        fixture.Commit();
        Assert.Equal([P2], fixture.Log.PinningOldestSegment());
        Assert.Equal(0, fixture.Log.Purge());
        fixture.Reopen();
        Assert.Equal([P2], fixture.Log.PinningOldestSegment());
        fixture.Log.Compact(P2, WalFixture.Snapshot(1, 1));
        Assert.True(fixture.Log.Purge() > 0);
    }

    [Fact]
    public void Entries_that_were_replaced_pin_nothing()
    {
        using var fixture = WalFixture.WithEntries(1);
        Fill(fixture, P1, 2, 60);
        Fill(fixture, P1, 1, 60, term: 2);
        Assert.True(fixture.Log.Purge() > 0);
        Assert.All(fixture.CrashLosingAll().Partitions[P1].Entries, entry => Assert.Equal(new Term(2), entry.Term));
    }

    [Fact]
    public void A_dropped_partition_pins_nothing()
    {
        using var fixture = WalFixture.WithEntries(1);
        fixture.Log.CreatePartition(P2, WalFixture.Start());
        Fill(fixture, P2, 1, 80);
        fixture.Log.DropPartition(P1);
        fixture.Log.Compact(P2, WalFixture.Snapshot(80, 1));
        Assert.True(fixture.Log.Purge() > 0);
        Assert.Equal([P2], fixture.CrashLosingAll().Partitions.Keys);
    }

    [Fact]
    public void A_compaction_that_is_not_durable_frees_nothing()
    {
        using var fixture = WalFixture.WithEntries(1);
        Fill(fixture, P1, 2, 80);
        fixture.Log.Compact(P1, WalFixture.Snapshot(70, 1));
        fixture.Disk.Faults.FailNth(Simulation.FileOperation.SyncData, 1);
        Assert.Throws<IOException>(() => fixture.Log.Purge());
        Assert.True(fixture.Disk.Exists(WalFixture.SegmentPath(1)));
    }

    [Fact]
    public void A_segment_that_got_its_header_but_no_batch_before_the_crash_is_used()
    {
        using var fixture = WalFixture.WithEntries(1);
        ulong next = 2;
        while (fixture.Log.GetStatus().Segments == 1)
        {
            fixture.Log.Append(P1, WalFixture.Request(WalFixture.Entries(next, 1, 1, 900)));
            fixture.Log.WriteBatch();
            next++;
        }

        // The checkpoint and the batch of the new segment are lost; the segment before was synced when the new one began.
        var recovery = fixture.CrashLosingAll();
        Assert.Equal((int)next - 2, recovery.Partitions[P1].Entries.Count);
        Assert.Equal(2, fixture.Log.GetStatus().Segments);
        fixture.Commit(P1, WalFixture.Request(WalFixture.Entries(next - 1, 1, 1)));
        Assert.Equal((int)next - 1, fixture.CrashLosingAll().Partitions[P1].Entries.Count);
    }

    [Fact]
    public void The_leftover_of_a_segment_that_was_never_completed_is_removed()
    {
        using var fixture = WalFixture.WithEntries(1);
        string leftover = $"{WalFixture.Directory}/{SegmentName.TemporaryOf(2)}";
        fixture.Disk.WriteAllBytes(leftover, [1, 2, 3]);
        fixture.Reopen();
        Assert.False(fixture.Disk.Exists(leftover));
    }

    private static void Fill(WalFixture fixture, PartitionId partition, ulong first, int count, ulong term = 1)
    {
        for (int i = 0; i < count; i++)
        {
            fixture.Commit(partition, WalFixture.Request(WalFixture.Entries(first + (ulong)i, 1, term, 300)));
        }
    }
}
