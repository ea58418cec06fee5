using Coordination.Raft;

namespace Coordination.Storage.Tests;

/// <summary>Files that are missing, exchanged or somebody else's.</summary>
public sealed class DamagedDirectoryTests
{
    [Fact]
    public void A_missing_segment_in_the_middle_stops_recovery()
    {
        using var fixture = WithSegments(4);
        fixture.Disk.Delete(WalFixture.SegmentPath(2));
        var corrupt = Assert.Throws<WalCorruptException>(() => fixture.Open());
        Assert.Equal(WalFixture.SegmentPath(2), corrupt.Path);
        Assert.Contains("missing", corrupt.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_first_segment_that_was_needed_stops_recovery()
    {
        using var fixture = WithSegments(3);
        fixture.Disk.Delete(WalFixture.SegmentPath(1));
        var corrupt = Assert.Throws<WalCorruptException>(() => fixture.Open());
        Assert.Contains("Entries 1 to", corrupt.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_last_batch_of_a_middle_segment_stops_recovery()
    {
        using var fixture = WithSegments(3);
        byte[] bytes = fixture.Disk.ReadAllBytes(WalFixture.SegmentPath(2));
        int end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) / Sector.Bytes * Sector.Bytes;
        bytes.AsSpan(end, Sector.Bytes).Clear();
        fixture.Disk.WriteAllBytes(WalFixture.SegmentPath(2), bytes);
        Assert.Throws<WalCorruptException>(() => fixture.Open());
    }

    [Fact]
    public void Exchanged_segments_stop_recovery()
    {
        using var fixture = WithSegments(3);
        fixture.Disk.WriteAllBytes(WalFixture.SegmentPath(2), fixture.Disk.ReadAllBytes(WalFixture.SegmentPath(3)));
        Assert.Throws<WalCorruptException>(() => fixture.Open());
    }

    [Fact]
    public void A_segment_of_another_history_of_the_same_node_stops_recovery()
    {
        using var fixture = WithSegments(3);
        using var other = WithSegments(3, dataBytes: 201);
        fixture.Disk.WriteAllBytes(WalFixture.SegmentPath(3), other.Disk.ReadAllBytes(WalFixture.SegmentPath(3)));
        var corrupt = Assert.Throws<WalCorruptException>(() => fixture.Open());
        Assert.Contains("does not continue", corrupt.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 42)]
    [InlineData(7, 43)]
    public void A_log_of_another_cluster_or_node_is_refused(ulong cluster, ulong node)
    {
        using var fixture = WithSegments(1);
        byte[] before = fixture.Disk.ReadAllBytes(WalFixture.SegmentPath(1));
        fixture.Options = fixture.Options with { ClusterId = cluster, ReplicaNodeId = node };
        var foreign = Assert.Throws<WalForeignException>(() => fixture.Open());
        Assert.Contains("belongs to node 42 of cluster 7", foreign.Message, StringComparison.Ordinal);
        Assert.Equal(before, fixture.Disk.ReadAllBytes(WalFixture.SegmentPath(1)));
    }

    [Fact]
    public void A_newer_format_is_refused_as_such()
    {
        using var fixture = WithSegments(1);
        byte[] bytes = fixture.Disk.ReadAllBytes(WalFixture.SegmentPath(1));
        bytes[Sector.HeaderBytes] = 2;
        Sector.Seal(bytes.AsSpan(0, Sector.Bytes), SectorKind.SegmentHeader, 0, 0);
        fixture.Disk.WriteAllBytes(WalFixture.SegmentPath(1), bytes);
        var foreign = Assert.Throws<WalForeignException>(() => fixture.Open());
        Assert.Contains("format version 2", foreign.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lying_disk_is_noticed_as_soon_as_anything_later_survives()
    {
        using var fixture = WithSegments(1);
        ulong next = (ulong)fixture.Open().Partitions[WalFixture.P1].Entries.Count + 1;
        fixture.Disk.Faults.SyncsLie = true;
        fixture.Commit(WalFixture.P1, WalFixture.Request(WalFixture.Entries(next, 1, 1)));
        fixture.Commit(WalFixture.P1, WalFixture.Request(WalFixture.Entries(next + 1, 1, 1)));

        // The last write is asked for first, and is the only one that the disk kept.
        int asked = 0;
        fixture.Disk.Crash((_, _) => asked++ == 0, () => true);
        Assert.Throws<WalCorruptException>(() => fixture.Open());
    }

    /// <summary>A closed log of that many segments.</summary>
    private static WalFixture WithSegments(int segments, int dataBytes = 200)
    {
        var fixture = new WalFixture { Options = new WalOptions { SegmentBytes = 4096, ClusterId = 7, ReplicaNodeId = 42 } };
        fixture.Open();
        fixture.Log.CreatePartition(WalFixture.P1, WalFixture.Start());
        fixture.Commit();
        ulong next = 1;
        do
        {
            fixture.Commit(WalFixture.P1, WalFixture.Request(WalFixture.Entries(next, 1, 1, dataBytes)));
            next++;
        }
        while (fixture.Log.GetStatus().Segments < segments);
        fixture.Log.Dispose();
        return fixture;
    }
}
