using System.Collections.Concurrent;
using Coordination.Raft;
using Coordination.Simulation;

namespace Coordination.Storage.Tests;

public sealed class GroupCommitterTests : IDisposable
{
    private readonly GatedFileSystem _files = new();
    private readonly Recorder _recorder = new();
    private readonly BlockingCollection<Exception> _failures = [];
    private readonly WalOptions _walOptions = new() { SegmentBytes = 64 * 1024, ClusterId = 1, ReplicaNodeId = 2 };

    [Fact]
    public void Requests_of_many_partitions_that_arrive_during_a_sync_share_the_next_one()
    {
        using var committer = Start(partitions: 50);
        long syncs = committer.GetStatus().Syncs;
        _files.IsGated = true;
        committer.Submit(new PartitionId(0), Request(1), _recorder);
        _files.AwaitSync();
        for (uint p = 1; p < 50; p++)
        {
            committer.Submit(new PartitionId(p), Request(1), _recorder);
        }

        Assert.Empty(_recorder.Persisted);
        _files.ReleaseSync();
        _files.AwaitSync();
        Assert.Equal([(new PartitionId(0), 1)], _recorder.Persisted);
        _files.ReleaseSync();
        _recorder.AwaitCount(50);
        Assert.Equal(syncs + 2, committer.GetStatus().Syncs);
        Assert.Equal(Enumerable.Range(0, 50).Select(p => (uint)p), _recorder.Persisted.Select(done => done.Partition.Value));
    }

    [Fact]
    public void Completions_keep_the_order_of_submission()
    {
        using var committer = Start(partitions: 1);
        for (int i = 1; i <= 1000; i++)
        {
            committer.Submit(new PartitionId(0), Request((ulong)i), _recorder);
        }

        _recorder.AwaitCount(1000);
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (long)i), _recorder.Persisted.Select(done => done.Sequence));
    }

    [Fact]
    public void A_request_that_nothing_depends_on_is_written_without_a_sync()
    {
        using var committer = Start(partitions: 1);
        long syncs = committer.GetStatus().Syncs;
        long batches = committer.GetStatus().BatchesWritten;
        committer.Submit(new PartitionId(0), new PersistRequest(1, WalFixture.State(1, 0, 0), null, default, MustSync: false), _recorder);
        _recorder.AwaitCount(1);
        Assert.Equal((syncs, batches + 1), (committer.GetStatus().Syncs, committer.GetStatus().BatchesWritten));
    }

    [Fact]
    public void A_failed_sync_completes_nothing_is_reported_once_and_refuses_everything_after()
    {
        using var committer = Start(partitions: 2);
        _files.IsGated = true;
        committer.Submit(new PartitionId(0), Request(1), _recorder);
        _files.AwaitSync();
        committer.Submit(new PartitionId(1), Request(1), _recorder);
        _files.Disk.Faults.FailNth(FileOperation.SyncData, 1);
        _files.ReleaseSync();
        Assert.True(_failures.TryTake(out var failure, TimeSpan.FromSeconds(30)));
        Assert.Contains("injected", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_recorder.Persisted);
        var refused = Assert.Throws<InvalidOperationException>(() => committer.Submit(new PartitionId(0), Request(2), _recorder));
        Assert.Same(failure, refused.InnerException);
        Assert.Throws<InvalidOperationException>(() => committer.TrySubmit(new PartitionId(0), Request(2), _recorder));
        committer.Dispose();
        Assert.Empty(_recorder.Persisted);
        Assert.Empty(_failures);
    }

    [Fact]
    public void A_full_queue_refuses_who_does_not_want_to_wait()
    {
        using var committer = Start(partitions: 1, new GroupCommitterOptions { QueueItemsMax = 2 });
        _files.IsGated = true;
        committer.Submit(new PartitionId(0), Request(1), _recorder);
        _files.AwaitSync();
        Assert.True(committer.TrySubmit(new PartitionId(0), Request(2), _recorder));
        Assert.True(committer.TrySubmit(new PartitionId(0), Request(3), _recorder));
        Assert.False(committer.TrySubmit(new PartitionId(0), Request(4), _recorder));
        _files.ReleaseSync();
        _files.AwaitSync();
        Assert.True(committer.TrySubmit(new PartitionId(0), Request(4), _recorder));
        _files.IsGated = false;
        _files.ReleaseSync();
        _recorder.AwaitCount(4);
    }

    [Fact]
    public void The_queue_is_bounded_by_bytes_and_lets_a_single_large_request_in()
    {
        using var committer = Start(partitions: 1, new GroupCommitterOptions { QueueBytesMax = 1000 });
        _files.IsGated = true;
        committer.Submit(new PartitionId(0), Request(1), _recorder);
        _files.AwaitSync();
        Assert.True(committer.TrySubmit(new PartitionId(0), Request(2, dataBytes: 5000), _recorder));
        Assert.False(committer.TrySubmit(new PartitionId(0), Request(3), _recorder));
        _files.IsGated = false;
        _files.ReleaseSync();
        _recorder.AwaitCount(2);
    }

    [Fact]
    public void Disposal_finishes_what_was_submitted()
    {
        var committer = Start(partitions: 1);
        for (int i = 1; i <= 100; i++)
        {
            committer.Submit(new PartitionId(0), Request((ulong)i), _recorder);
        }

        committer.Dispose();
        Assert.Equal(100, _recorder.Persisted.Count());
        Assert.Throws<InvalidOperationException>(() => committer.Submit(new PartitionId(0), Request(101), _recorder));
        _files.Disk.Crash((_, _) => false, () => false);
        WriteAheadLog.Open(_files, "/data/wal", _walOptions, out var recovery).Dispose();
        Assert.Equal(100, recovery.Partitions[new PartitionId(0)].Entries.Count);
    }

    [Fact]
    public void A_large_group_is_written_in_several_batches_with_one_sync()
    {
        using var committer = Start(partitions: 1, new GroupCommitterOptions { BatchBytesTarget = 2000 });
        _files.IsGated = true;
        committer.Submit(new PartitionId(0), Request(1), _recorder);
        _files.AwaitSync();
        for (ulong i = 2; i <= 9; i++)
        {
            committer.Submit(new PartitionId(0), Request(i, dataBytes: 1000), _recorder);
        }

        long batches = committer.GetStatus().BatchesWritten;
        _files.ReleaseSync();
        _files.AwaitSync();
        _files.IsGated = false;
        _files.ReleaseSync();
        _recorder.AwaitCount(9);
        Assert.Equal(batches + 5, committer.GetStatus().BatchesWritten);
    }

    [Fact]
    public void Compaction_and_purge_run_in_order_with_the_requests()
    {
        // A batch for each request, however many are drained at once: the first segment then holds entries that pin it.
        using var committer = Start(partitions: 1, new GroupCommitterOptions { BatchBytesTarget = 1 });
        for (ulong i = 1; i <= 100; i++)
        {
            committer.Submit(new PartitionId(0), Request(i, dataBytes: 2000), _recorder);
        }

        using var results = new BlockingCollection<PurgeResult>();
        committer.Purge(results.Add);
        var pinned = results.Take(TestContext.Current.CancellationToken);
        Assert.Equal((0, new PartitionId(0)), (pinned.SegmentsDeleted, Assert.Single(pinned.PinningOldestSegment)));
        committer.Compact(new PartitionId(0), WalFixture.Snapshot(100, 1));
        committer.Purge(results.Add);
        Assert.True(results.Take(TestContext.Current.CancellationToken).SegmentsDeleted > 0);
    }

    [Fact]
    public void Threads_that_submit_at_once_all_get_their_answer()
    {
        using var committer = Start(partitions: 8, new GroupCommitterOptions { QueueItemsMax = 16 });
        var threads = new Thread[8];
        for (int t = 0; t < threads.Length; t++)
        {
            var partition = new PartitionId((uint)t);
            threads[t] = new Thread(() =>
            {
                for (ulong i = 1; i <= 300; i++)
                {
                    committer.Submit(partition, Request(i), _recorder);
                }
            });
            threads[t].Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        _recorder.AwaitCount(2400);
        foreach (var group in _recorder.Persisted.GroupBy(done => done.Partition))
        {
            Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), group.Select(done => done.Sequence));
        }
    }

    public void Dispose()
    {
        _files.Dispose();
        _recorder.Dispose();
        _failures.Dispose();
    }

    private static PersistRequest Request(ulong index, int dataBytes = 10) =>
        new((long)index, null, null, WalFixture.Entries(index, 1, 1, dataBytes), MustSync: true);

    private GroupCommitter Start(uint partitions, GroupCommitterOptions? options = null)
    {
        var log = WriteAheadLog.Open(_files, "/data/wal", _walOptions, out _);
        for (uint p = 0; p < partitions; p++)
        {
            log.CreatePartition(new PartitionId(p), WalFixture.Start());
        }

        log.WriteBatch();
        log.Sync();
        return new GroupCommitter(log, options ?? new GroupCommitterOptions(), _failures.Add);
    }

    private sealed class Recorder : ICommitCallback, IDisposable
    {
        private readonly ConcurrentQueue<(PartitionId Partition, long Sequence)> _persisted = new();
        private readonly SemaphoreSlim _added = new(0);
        private int _awaited;

        public IEnumerable<(PartitionId Partition, long Sequence)> Persisted => _persisted;

        void ICommitCallback.Persisted(PartitionId partition, long sequence)
        {
            _persisted.Enqueue((partition, sequence));
            _added.Release();
        }

        public void AwaitCount(int count)
        {
            for (; _awaited < count; _awaited++)
            {
                Assert.True(_added.Wait(TimeSpan.FromSeconds(30)), $"Only {_awaited} of {count} completed.");
            }
        }

        public void Dispose() => _added.Dispose();
    }
}
