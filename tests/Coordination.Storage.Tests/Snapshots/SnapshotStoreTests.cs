using Coordination.Raft;
using Coordination.Simulation;

namespace Coordination.Storage.Tests;

public sealed class SnapshotStoreTests
{
    private const string Directory = "/data/snapshots";
    private static readonly PartitionId P1 = new(1);
    private static readonly PartitionId P2 = new(2);
    private readonly SimulatedFileSystem _disk = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(300_000)]
    public void Content_of_any_size_comes_back(int size)
    {
        var store = Open();
        byte[] content = Content(size);
        var written = Write(store, P1, WalFixture.Snapshot(7, 3), content);
        Assert.Equal(size, written.ContentBytes);
        var found = Assert.Single(Reopen().List());
        Assert.Equal(written, found);
        Assert.Equal(content, ReadAll(store, found));
    }

    [Fact]
    public void The_latest_of_each_partition_is_found()
    {
        var store = Open();
        Write(store, P2, WalFixture.Snapshot(20, 2), [2]);
        Write(store, P1, WalFixture.Snapshot(30, 3), [3]);
        Write(store, P1, WalFixture.Snapshot(4, 1), [1]);
        foreach (var each in new[] { store, Reopen() })
        {
            Assert.Equal([4ul, 30, 20], each.List().Select(snapshot => snapshot.Metadata.Index.Value));
            Assert.Equal(new LogIndex(30), each.FindLatest(P1)?.Metadata.Index);
            Assert.Equal(new LogIndex(20), each.FindLatest(P2)?.Metadata.Index);
            Assert.Null(each.FindLatest(new PartitionId(3)));
        }
    }

    [Fact]
    public void Purging_keeps_the_index_itself_and_other_partitions()
    {
        var store = Open();
        Write(store, P1, WalFixture.Snapshot(1, 1), [1]);
        Write(store, P1, WalFixture.Snapshot(2, 1), [1]);
        Write(store, P1, WalFixture.Snapshot(3, 1), [1]);
        Write(store, P2, WalFixture.Snapshot(1, 1), [1]);
        Assert.Equal(2, store.PurgeOlderThan(P1, new LogIndex(3)));
        _disk.Crash((_, _) => false, () => false);
        Assert.Equal([P1, P2], Open().List().Select(snapshot => snapshot.Partition));
    }

    [Fact]
    public void An_abandoned_snapshot_leaves_nothing()
    {
        var store = Open();
        using (var writer = store.BeginWrite(P1, WalFixture.Snapshot(1, 1)))
        {
            writer.Append(Content(100_000));
        }

        Assert.Empty(store.List());
        Assert.Empty(_disk.List(Directory));
    }

    [Fact]
    public void A_crash_or_failure_at_any_operation_leaves_the_whole_snapshot_or_none()
    {
        for (int n = 1; ; n++)
        {
            var disk = new SimulatedFileSystem();
            var store = SnapshotStore.Open(disk, Directory, 5);
            byte[] content = Content(150_000);
            disk.Faults.FailNth(n);
            bool committed = TryWrite(store, content);
            disk.Faults.Clear();
            disk.Crash(new SimulationRandom((ulong)n));
            var after = SnapshotStore.Open(disk, Directory, 5);
            Assert.DoesNotContain(disk.List(Directory), name => name.EndsWith(".tmp", StringComparison.Ordinal));
            if (after.FindLatest(P1) is { } found)
            {
                Assert.Equal(content, ReadAll(after, found));
            }
            else
            {
                Assert.False(committed);
            }

            if (committed)
            {
                Assert.True(n > 5);
                return;
            }
        }
    }

    [Fact]
    public void A_damaged_byte_anywhere_is_noticed_before_its_content_is_handed_out()
    {
        var store = Open();
        byte[] content = Content(1000);
        var snapshot = Write(store, P1, WalFixture.Snapshot(7, 3), content);
        byte[] bytes = _disk.ReadAllBytes(snapshot.Path);
        for (int i = 0; i < bytes.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                _disk.FlipBit(snapshot.Path, (i * 8L) + bit);
                var corrupt = Assert.Throws<SnapshotCorruptException>(() => ReadAll(store, snapshot));
                Assert.Equal(snapshot.Path, corrupt.Path);
                _disk.FlipBit(snapshot.Path, (i * 8L) + bit);
            }
        }
    }

    [Fact]
    public void A_file_of_another_length_is_noticed()
    {
        var snapshot = Write(Open(), P1, WalFixture.Snapshot(7, 3), Content(200));
        byte[] bytes = _disk.ReadAllBytes(snapshot.Path);
        for (int length = 0; length < bytes.Length; length++)
        {
            _disk.WriteAllBytes(snapshot.Path, bytes.AsSpan(0, length));
            Assert.Throws<SnapshotCorruptException>(Reopen);
        }

        _disk.WriteAllBytes(snapshot.Path, [.. bytes, 0]);
        Assert.Throws<SnapshotCorruptException>(Reopen);
    }

    [Fact]
    public void Exchanged_chunks_are_noticed_after_the_intact_ones()
    {
        var store = Open();
        var snapshot = Write(store, P1, WalFixture.Snapshot(7, 3), Content(4 * SnapshotFormat.ChunkBytes));
        byte[] bytes = _disk.ReadAllBytes(snapshot.Path);
        const int Frame = SnapshotFormat.ChunkHeaderBytes + SnapshotFormat.ChunkBytes;
        int second = bytes.Length - SnapshotFormat.FooterBytes - (3 * Frame);
        byte[] exchanged = [.. bytes];
        bytes.AsSpan(second, Frame).CopyTo(exchanged.AsSpan(second + Frame));
        bytes.AsSpan(second + Frame, Frame).CopyTo(exchanged.AsSpan(second));
        _disk.WriteAllBytes(snapshot.Path, exchanged);
        using var reader = store.Read(snapshot);
        byte[] buffer = new byte[SnapshotFormat.ChunkBytes];
        Assert.Equal(buffer.Length, reader.Read(buffer));
        Assert.Throws<SnapshotCorruptException>(() => reader.Read(buffer));
    }

    [Fact]
    public void A_snapshot_under_anothers_name_or_of_another_cluster_is_refused()
    {
        var snapshot = Write(Open(), P1, WalFixture.Snapshot(7, 3), [1]);
        Assert.Throws<IOException>(() => SnapshotStore.Open(_disk, Directory, 6));
        string name = SnapshotFormat.NameOf(P1, WalFixture.Snapshot(8, 3));
        _disk.WriteAllBytes($"{Directory}/{name}", _disk.ReadAllBytes(snapshot.Path));
        Assert.Throws<SnapshotCorruptException>(Reopen);
    }

    private static SnapshotFile Write(SnapshotStore store, PartitionId partition, SnapshotMetadata metadata, byte[] content)
    {
        using var writer = store.BeginWrite(partition, metadata);
        for (int i = 0; i < content.Length; i += 1000)
        {
            writer.Append(content.AsSpan(i, Math.Min(1000, content.Length - i)));
        }

        return writer.Commit();
    }

    private static bool TryWrite(SnapshotStore store, byte[] content)
    {
        try
        {
            Write(store, P1, WalFixture.Snapshot(7, 3), content);
            return true;
        }
        catch (IOException failure)
        {
            Assert.Contains("injected", failure.Message, StringComparison.Ordinal);
            return false;
        }
    }

    private static byte[] ReadAll(SnapshotStore store, SnapshotFile snapshot)
    {
        using var reader = store.Read(snapshot);
        var content = new List<byte>();
        byte[] buffer = new byte[777];
        int count;
        while ((count = reader.Read(buffer)) > 0)
        {
            content.AddRange(buffer.AsSpan(0, count));
        }

        return [.. content];
    }

    private static byte[] Content(int size)
    {
        var content = new byte[size];
        new SimulationRandom((ulong)size).NextBytes(content);
        return content;
    }

    private SnapshotStore Open() => SnapshotStore.Open(_disk, Directory, 5);

    private SnapshotStore Reopen() => Open();
}
