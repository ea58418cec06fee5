using Coordination.StateMachine;

namespace Coordination.Storage.Tests;

public sealed class RocksDbStateStoreTests : StateStoreContract, IDisposable
{
    private readonly StateFixture _fixture = new();
    private RocksDbStateStore _store;

    public RocksDbStateStoreTests() => _store = _fixture.Open();

    protected override IStateStore Store => _store;

    public void Dispose()
    {
        _store.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public void What_was_flushed_survives_and_the_rest_is_forgotten()
    {
        StateFixture.Put(_store, 2, 10);
        Assert.Equal(0ul, _store.DurableAppliedIndex);
        Assert.Equal(11ul, _store.Flush());
        var flushed = StateFixture.Describe(_store);
        StateFixture.Put(_store, 12, 10);
        Assert.Equal(11ul, _store.DurableAppliedIndex);
        Assert.Equal(21ul, _store.LoadMetadata().AppliedIndex);
        Reopen();
        Assert.Equal(11ul, _store.DurableAppliedIndex);
        Assert.Equal(flushed, StateFixture.Describe(_store));
    }

    [Fact]
    public void A_full_memtable_takes_all_column_families_with_it()
    {
        // Only the revisions outgrow the limit; without an atomic flush they would reach the disk alone.
        const int Commits = 200;
        for (int i = 0; i < Commits; i++)
        {
            StateFixture.Put(_store, 2 + (i * 10), 10, valueBytes: 2000);
        }

        Reopen();
        ulong applied = _store.DurableAppliedIndex;
        Assert.InRange(applied, 11ul, (ulong)(Commits * 10) + 1);
        Assert.Equal(1ul, applied % 10);
        Assert.Equal((long)applied - 1, _store.Scan(default, long.MaxValue).Count());
        Assert.Equal((int)((applied - 1) / 10), _store.LoadLeases().Count());
        Assert.Equal((long)applied, _store.LoadLeases().Max(lease => lease.Id));
    }

    [Fact]
    public void A_state_older_than_the_log_is_refused()
    {
        StateFixture.Put(_store, 2, 10);
        _store.Flush();
        _store.Dispose();
        Assert.Contains(
            _fixture.StorePath, Assert.Throws<StateStoreCorruptException>(() => _fixture.Open(12)).Message, StringComparison.Ordinal);
        _store = _fixture.Open(11);
    }

    [Fact]
    public void A_checkpoint_is_a_store_of_its_own_with_all_commits()
    {
        StateFixture.Put(_store, 2, 10);
        _store.Flush();
        StateFixture.Put(_store, 12, 10);
        var expected = StateFixture.Describe(_store);
        _store.Checkpoint(_fixture.PathOf("checkpoint"));
        Assert.Equal(21ul, _store.DurableAppliedIndex);
        StateFixture.Put(_store, 22, 10);
        _store.Flush();
        using var copy = RocksDbStateStore.Open(_fixture.PathOf("checkpoint"), StateFixture.Options);
        Assert.Equal(21ul, copy.DurableAppliedIndex);
        Assert.Equal(expected, StateFixture.Describe(copy));
        StateFixture.Put(copy, 100, 1);
        Assert.Equal(31ul, _store.LoadMetadata().AppliedIndex);
        var failure = Assert.ThrowsAny<IOException>(() => _store.Checkpoint(_fixture.PathOf("checkpoint")));
        Assert.Contains(_fixture.PathOf("checkpoint"), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_shrink_when_removed_changes_are_rewritten_away()
    {
        for (int i = 0; i < 8; i++)
        {
            StateFixture.Put(_store, 2 + (i * 100), 100, valueBytes: 1000);
        }

        Assert.InRange(_store.UnflushedBytes, 800_000, 1_200_000);
        _store.Flush();
        Assert.InRange(_store.UnflushedBytes, 0, 100_000);
        Assert.InRange(_store.SizeBytes, 800_000, 1_000_000);
        Assert.InRange(_store.SizeInUseBytes, 800_000, _store.SizeBytes);
        var changes = new StateChanges();
        for (int main = 2; main < 700; main++)
        {
            changes.Remove(new Revision(main, 0));
        }

        _store.Commit(changes, new StoreMetadata { AppliedIndex = 802, AppliedTerm = 1, Revision = 801, CompactRevision = 700 });
        _store.Defragment();
        Assert.InRange(_store.SizeBytes, 100_000, 200_000);
        Assert.InRange(_store.SizeInUseBytes, 100_000, _store.SizeBytes);
        Assert.Equal(802ul, _store.DurableAppliedIndex);
        Assert.Equal(102, _store.Scan(default, long.MaxValue).Count());
    }

    [Fact]
    public void Readers_see_each_commit_whole()
    {
        const int Commits = 300;
        const int ChangesPerCommit = 5;
        using var started = new ManualResetEventSlim();
        int scans = 0;
        Exception? failure = null;
        var reader = new Thread(() => failure = Record.Exception(() =>
        {
            int seen;
            do
            {
                seen = _store.Scan(default, long.MaxValue).Count();
                Assert.Equal(0, seen % ChangesPerCommit);
                scans++;
                started.Set();
            }
            while (seen < Commits * ChangesPerCommit);
        }));
        reader.Start();
        started.Wait(TestContext.Current.CancellationToken);
        for (int i = 0; i < Commits; i++)
        {
            StateFixture.Put(_store, 2 + (i * ChangesPerCommit), ChangesPerCommit);
        }

        reader.Join();
        Assert.Null(failure);
        Assert.True(scans > 0);
    }

    [Fact]
    public void A_scan_may_outlive_the_store_and_nothing_else_may()
    {
        StateFixture.Put(_store, 2, 3);
        using (var scan = _store.Scan(default, long.MaxValue).GetEnumerator())
        {
            Assert.True(scan.MoveNext());
            _store.Dispose();
            Assert.True(scan.MoveNext());
            Assert.Equal(3, scan.Current.Revision.Main);
        }

        Assert.Throws<ObjectDisposedException>(() => _store.FindValue(new Revision(2, 0)));
        Assert.Throws<ObjectDisposedException>(() => StateFixture.Put(_store, 5, 1));
        Assert.Throws<ObjectDisposedException>(() => _store.Scan(default, long.MaxValue).Count());
        using var next = _fixture.Open();
        Assert.Equal(0ul, next.DurableAppliedIndex);
    }

    [Fact]
    public void A_store_is_open_once()
    {
        var failure = Assert.Throws<IOException>(() => _fixture.Open());
        Assert.Contains("open already", failure.Message, StringComparison.Ordinal);
        Assert.Contains(_fixture.StorePath, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_creation_that_a_crash_interrupted_begins_anew()
    {
        string path = _fixture.PathOf("other");
        Directory.CreateDirectory(path + ".creating");
        File.WriteAllText(Path.Combine(path + ".creating", "CURRENT"), "half");
        using (var store = RocksDbStateStore.Open(path, StateFixture.Options))
        {
            Assert.Equal(new StoreMetadata().Revision, store.LoadMetadata().Revision);
        }

        Assert.False(Directory.Exists(path + ".creating"));
    }

    [Fact]
    public void Commits_out_of_order_are_refused()
    {
        StateFixture.Put(_store, 2, 3);
        Assert.Throws<InvariantViolationException>(() => StateFixture.Put(_store, 4, 1));
        Assert.Throws<InvariantViolationException>(
            () => _store.Commit(new StateChanges(), new StoreMetadata { AppliedIndex = 3, AppliedTerm = 1 }));
        Assert.Equal(4ul, _store.LoadMetadata().AppliedIndex);
    }

    private void Reopen()
    {
        _store.Dispose();
        _store = _fixture.Open();
    }
}
