using Coordination.Raft;

namespace Coordination.Storage.Tests;

public sealed class RealFileSystemTests : FileSystemContract, IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("coordination-files-");

    protected override IFileSystem Files => RealFileSystem.Instance;

    protected override string Root => _root.FullName.Replace('\\', '/');

    [Fact]
    public void A_write_ahead_log_works_on_it()
    {
        var options = new WalOptions { SegmentBytes = 8192, ClusterId = 1, ReplicaNodeId = 2 };
        var partition = new PartitionId(3);
        string directory = $"{Root}/data/wal";
        using (var log = WriteAheadLog.Open(Files, directory, options, out _))
        {
            log.CreatePartition(partition, WalFixture.Start());
            for (ulong i = 1; i <= 40; i++)
            {
                log.Append(partition, WalFixture.Request(WalFixture.Entries(i, 1, 1, 300)));
                log.WriteBatch();
                log.Sync();
            }

            Assert.True(log.GetStatus().Segments > 1);
            Assert.Throws<IOException>(() => WriteAheadLog.Open(Files, directory, options, out _));
        }

        using (var log = WriteAheadLog.Open(Files, directory, options, out var recovery))
        {
            Assert.Equal(40, recovery.Partitions[partition].Entries.Count);
            log.Compact(partition, WalFixture.Snapshot(39, 1));
            Assert.True(log.Purge() > 0);
        }

        WriteAheadLog.Open(Files, directory, options, out var again).Dispose();
        Assert.Single(again.Partitions[partition].Entries);
    }

    public void Dispose() => _root.Delete(recursive: true);
}
