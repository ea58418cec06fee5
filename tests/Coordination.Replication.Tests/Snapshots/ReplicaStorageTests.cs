using Coordination.Raft;
using Coordination.StateMachine;
using Coordination.Storage;

namespace Coordination.Replication.Tests;

/// <summary>What a crash may leave of the stores of a replica, at every point of going over to a snapshot.</summary>
public sealed class ReplicaStorageTests : IDisposable
{
    private const ulong SnapshotIndex = 50;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coordination-stores-");
    private readonly GroupCommitter _committer;

    public ReplicaStorageTests()
    {
        var options = new WalOptions { ClusterId = 1, ReplicaNodeId = 2 };
        var log = WriteAheadLog.Open(RealFileSystem.Instance, Path.Combine(_folder.FullName, "wal"), options, out _);
        _committer = new GroupCommitter(log, new GroupCommitterOptions(), static _ => { });
    }

    private string States => Path.Combine(_folder.FullName, "state");

    public void Dispose()
    {
        _committer.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_staged_snapshot_that_the_log_does_not_know_goes()
    {
        Make("0", 20);
        Make("0.50", SnapshotIndex);
        Assert.Equal(20UL, Open(10));
        Assert.Equal(["0"], Names());
    }

    [Fact]
    public void A_staged_snapshot_that_the_log_begins_with_counts()
    {
        Make("0", 20);
        Make("0.50", SnapshotIndex);
        Assert.Equal(SnapshotIndex, Open(SnapshotIndex));
        Assert.Equal(["0.50"], Names());

        // Also when the store before is deleted, and the log has been cut further since.
        Assert.Equal(SnapshotIndex, Open(SnapshotIndex));
    }

    [Fact]
    public void Of_several_snapshots_the_newest_that_the_log_knows_counts()
    {
        Make("0.50", SnapshotIndex);
        Make("0.80", 80);
        Make("0.90", 90);
        Assert.Equal(80UL, Open(80));
        Assert.Equal(["0.80"], Names());
    }

    [Fact]
    public void Unfinished_copies_go_and_other_partitions_stay()
    {
        Make("0", 20);
        Make("0.copy1", 20);
        Make("01", 5);
        Assert.Equal(20UL, Open(10));
        Assert.Equal(["0", "01"], Names());
    }

    [Fact]
    public void A_snapshot_is_staged_installed_and_found_again()
    {
        Make("0", 20);
        using (var storage = ReplicaStorage.Open(RocksDbDirectories.Instance, States, new PartitionId(0), new LogIndex(10), _committer))
        {
            var retired = new PartitionState(storage.Store, cachedValueBytesMax: 0);
            string copy = storage.NewDirectory();
            Make(Path.GetFileName(copy), SnapshotIndex);
            storage.Stage(copy, new LogIndex(SnapshotIndex));
            storage.Install(new LogIndex(SnapshotIndex));
            Assert.Equal(SnapshotIndex, storage.Store.LoadMetadata().AppliedIndex);

            // Whoever holds a view of the store before still reads it.
            Assert.Equal(ApplyError.None, retired.View.Read(HostFixture.Get("key-7"), out var result));
            Assert.Equal("7"u8.ToArray(), Assert.Single(result.Items).Value.ToArray());
            GC.KeepAlive(retired);
        }

        Assert.Equal(SnapshotIndex, Open(SnapshotIndex));
    }

    [Fact]
    public void A_snapshot_that_is_not_what_was_announced_is_refused()
    {
        Make("0", 20);
        using var storage = ReplicaStorage.Open(RocksDbDirectories.Instance, States, new PartitionId(0), new LogIndex(10), _committer);
        string copy = storage.NewDirectory();
        Make(Path.GetFileName(copy), 49);
        var failure = Assert.Throws<IOException>(() => storage.Stage(copy, new LogIndex(SnapshotIndex)));
        Assert.Contains("49", failure.Message, StringComparison.Ordinal);
    }

    private ulong Open(ulong logBase)
    {
        using var storage = ReplicaStorage.Open(RocksDbDirectories.Instance, States, new PartitionId(0), new LogIndex(logBase), _committer);
        return storage.Store.LoadMetadata().AppliedIndex;
    }

    private void Make(string name, ulong appliedIndex)
    {
        Directory.CreateDirectory(States);
        using var store = RocksDbStateStore.Open(Path.Combine(States, name), new StateStoreOptions());
        var state = new PartitionState(store);
        for (ulong index = 1; index <= appliedIndex; index++)
        {
            state.Apply(index, 1, HostFixture.Put($"key-{index}", $"{index}"));
        }

        state.Commit();
        store.Flush();
    }

    private IEnumerable<string> Names() => Directory.GetDirectories(States).Select(path => Path.GetFileName(path)).Order();
}
