using Coordination.Raft;
using Coordination.Simulation;

namespace Coordination.Storage.Tests;

/// <summary>
/// The formats of docs/disk-format.md, byte by byte: what is written today equals the files of version 1, and files of version 1 are read.
/// </summary>
public sealed class GoldenFileTests
{
    private const string Segment1 = "wal-v1-segment-1.hex";
    private const string Segment2 = "wal-v1-segment-2.hex";
    private const string SnapshotName = "snapshot-v1.hex";
    private static readonly PartitionId P9 = new(9);

    [Fact]
    public void The_log_writes_the_bytes_of_version_1()
    {
        using var fixture = WriteLog();
        fixture.Log.Dispose();
        HexFile.Compare(Segment1, fixture.Disk.ReadAllBytes(WalFixture.SegmentPath(1)));
        HexFile.Compare(Segment2, fixture.Disk.ReadAllBytes(WalFixture.SegmentPath(2)));
    }

    [Fact]
    public void The_log_reads_the_bytes_of_version_1()
    {
        using var written = WriteLog();
        string expected = WalFixture.Describe(written.Reopen());
        using var fixture = new WalFixture { Options = Options };
        fixture.Disk.CreateDirectory(WalFixture.Directory);
        fixture.Disk.WriteAllBytes(WalFixture.SegmentPath(1), HexFile.Read(Segment1));
        fixture.Disk.WriteAllBytes(WalFixture.SegmentPath(2), HexFile.Read(Segment2));
        var recovery = fixture.Open();
        Assert.Null(recovery.Cut);
        Assert.Equal(expected, WalFixture.Describe(recovery));
        Assert.Equal(2, recovery.Partitions.Count);
        Assert.Equal("the quick brown fox"u8, recovery.Partitions[WalFixture.P1].Entries[1].Data.Span);
    }

    [Fact]
    public void The_log_writes_and_reads_the_floor_of_a_replica_that_takes_the_place_of_another()
    {
        var state = WalFixture.State(6, 0, 0) with { Floor = new Term(5) };
        using var written = new WalFixture { Options = Options };
        written.Open();
        written.Log.CreatePartition(WalFixture.P1, new SnapshotMetadata(default, default, Membership.Empty), state);
        written.Commit();
        written.Commit(WalFixture.P1, WalFixture.Request(WalFixture.Entries(1, 1, 6, 3500)));
        Assert.Equal(2, written.Log.GetStatus().Segments);
        written.Log.Dispose();
        HexFile.Compare("wal-v1-floor-segment-1.hex", written.Disk.ReadAllBytes(WalFixture.SegmentPath(1)));
        HexFile.Compare("wal-v1-floor-checkpoint.hex", written.Disk.ReadAllBytes(WalFixture.SegmentPath(2))[..1024]);

        var recovered = written.Reopen().Partitions[WalFixture.P1];
        Assert.Equal((state, Membership.Empty), (recovered.HardState, recovered.Snapshot.Membership));
    }

    [Fact]
    public void A_snapshot_has_the_bytes_of_version_1()
    {
        var disk = new SimulatedFileSystem();
        var store = SnapshotStore.Open(disk, "/s", clusterId: 7);
        using var writer = store.BeginWrite(P9, WalFixture.Snapshot(0x1122, 3));
        writer.Append("the content of a snapshot"u8);
        HexFile.Compare(SnapshotName, disk.ReadAllBytes(writer.Commit().Path));
    }

    [Fact]
    public void A_snapshot_of_version_1_is_read()
    {
        var disk = new SimulatedFileSystem();
        disk.CreateDirectory("/s");
        disk.WriteAllBytes($"/s/{SnapshotFormat.NameOf(P9, WalFixture.Snapshot(0x1122, 3))}", HexFile.Read(SnapshotName));
        var store = SnapshotStore.Open(disk, "/s", clusterId: 7);
        var snapshot = Assert.Single(store.List());
        Assert.Equal((P9, WalFixture.Snapshot(0x1122, 3)), (snapshot.Partition, snapshot.Metadata));
        using var reader = store.Read(snapshot);
        byte[] content = new byte[100];
        Assert.Equal("the content of a snapshot"u8, content.AsSpan(0, reader.Read(content)));
        Assert.Equal(0, reader.Read(content));
    }

    private static WalOptions Options => new() { SegmentBytes = 4096, ClusterId = 7, ReplicaNodeId = 42 };

    /// <summary>Every kind of record, a batch of several sectors, and a second segment with its checkpoint.</summary>
    private static WalFixture WriteLog()
    {
        var fixture = new WalFixture { Options = Options };
        fixture.Open();
        fixture.Log.CreatePartition(WalFixture.P1, WalFixture.Start());
        fixture.Log.CreatePartition(WalFixture.P2, WalFixture.Snapshot(3, 1));
        fixture.Log.CreatePartition(P9, WalFixture.Start());
        fixture.Commit();
        Entry[] entries =
        [
            new(new Term(1), new LogIndex(1), EntryKind.Empty, default),
            new(new Term(1), new LogIndex(2), EntryKind.Command, "the quick brown fox"u8.ToArray()),
            new(new Term(1), new LogIndex(3), EntryKind.Membership, new MembershipEntry(WalFixture.ThreeVoters, default).Encode()),
        ];
        fixture.Commit(WalFixture.P1, WalFixture.Request(entries, WalFixture.State(1, 2, 1)));
        fixture.Log.Append(
            WalFixture.P2,
            WalFixture.Request(WalFixture.Entries(31, 1, 4, 8), WalFixture.State(4, 0, 30), WalFixture.Snapshot(30, 4)));
        fixture.Log.DropPartition(P9);
        fixture.Log.Compact(WalFixture.P1, WalFixture.Snapshot(1, 1));
        fixture.Commit();
        Entry[] more = [new(new Term(1), new LogIndex(4), EntryKind.Command, new byte[1000])];
        fixture.Commit(WalFixture.P1, WalFixture.Request(more));
        Entry[] replacing =
        [
            new(new Term(5), new LogIndex(3), EntryKind.Command, "the quick brown fox"u8.ToArray()),
            new(new Term(5), new LogIndex(4), EntryKind.Command, new byte[700]),
        ];
        fixture.Commit(WalFixture.P1, WalFixture.Request(replacing, WalFixture.State(5, 3, 2)));
        Assert.Equal(2, fixture.Log.GetStatus().Segments);
        return fixture;
    }
}
