using Coordination.Raft;

namespace Coordination.Storage.Tests;

/// <summary>A flip of any one bit of a segment, wherever it is, stops recovery; it never changes what comes back.</summary>
public sealed class BitFlipTests
{
    [Fact]
    public void Every_bit_of_a_segment_counts_written_or_not()
    {
        using var fixture = new WalFixture { Options = new WalOptions { SegmentBytes = 4096, ClusterId = 7, ReplicaNodeId = 42 } };
        fixture.Open();
        fixture.Log.CreatePartition(WalFixture.P1, WalFixture.Start());
        fixture.Commit(WalFixture.P1, WalFixture.Request(WalFixture.Entries(1, 2, 1, 300), WalFixture.State(1, 1, 1)));
        fixture.Commit(WalFixture.P1, WalFixture.Request(WalFixture.Entries(3, 3, 1, 20), WalFixture.State(1, 1, 3)));
        fixture.Log.Append(WalFixture.P1, WalFixture.Request(WalFixture.Entries(6, 1, 1, 100)));
        fixture.Log.WriteBatch();
        fixture.Disk.KillProcess();
        string path = WalFixture.SegmentPath(1);
        for (long bit = 0; bit < 4096 * 8; bit++)
        {
            fixture.Disk.FlipBit(path, bit);
            var corrupt = Assert.Throws<WalCorruptException>(() => fixture.Open());
            Assert.Equal(bit / 8 / Sector.Bytes * Sector.Bytes, corrupt.Offset);
            fixture.Disk.FlipBit(path, bit);
        }

        Assert.Equal(6, fixture.Open().Partitions[WalFixture.P1].Entries.Count);
    }

    [Fact]
    public void Every_bit_of_every_segment_of_several_counts()
    {
        using var fixture = new WalFixture { Options = new WalOptions { SegmentBytes = 4096, ClusterId = 7, ReplicaNodeId = 42 } };
        fixture.Open();
        fixture.Log.CreatePartition(WalFixture.P1, WalFixture.Start());
        for (ulong i = 1; fixture.Log.GetStatus().Segments < 3; i++)
        {
            fixture.Commit(WalFixture.P1, WalFixture.Request(WalFixture.Entries(i, 1, 1, 200)));
        }

        fixture.Log.Dispose();
        for (ulong segment = 1; segment <= 3; segment++)
        {
            for (long bit = (long)segment; bit < 4096 * 8; bit += 13)
            {
                fixture.Disk.FlipBit(WalFixture.SegmentPath(segment), bit);
                Assert.Throws<WalCorruptException>(() => fixture.Open());
                fixture.Disk.FlipBit(WalFixture.SegmentPath(segment), bit);
            }
        }
    }

    [Fact]
    public void The_error_names_the_place_and_what_to_do()
    {
        using var fixture = WalFixture.WithEntries(3);
        fixture.Log.Dispose();
        fixture.Disk.FlipBit(WalFixture.SegmentPath(1), (1024 + 100) * 8);
        var corrupt = Assert.Throws<WalCorruptException>(() => fixture.Open());
        Assert.Equal((WalFixture.SegmentPath(1), 1024L, 2ul), (corrupt.Path, corrupt.Offset, corrupt.Batch));
        Assert.Contains(corrupt.Path, corrupt.Message, StringComparison.Ordinal);
        Assert.Contains("Restore it from its peers", corrupt.Message, StringComparison.Ordinal);
    }
}
