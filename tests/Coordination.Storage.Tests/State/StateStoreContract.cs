using Coordination.StateMachine;

namespace Coordination.Storage.Tests;

/// <summary>What the state machine relies on; the same for the store in memory that its own tests use and for the one on disk.</summary>
public abstract class StateStoreContract
{
    protected abstract IStateStore Store { get; }

    [Fact]
    public void A_new_store_is_empty()
    {
        Assert.Equal(
            ["applied 0@0 revision 1", "compacted -1 removed 0", "alarms  membership "], StateFixture.Describe(Store));
        Assert.Null(Store.FindValue(new Revision(2, 0)));
    }

    [Fact]
    public void What_is_committed_is_read_back()
    {
        var changes = new StateChanges();
        changes.Add(new StoredVersion(new Revision(2, 0), "a"u8.ToArray(), "value"u8.ToArray(), 2, 1, 7));
        changes.Add(new StoredVersion(new Revision(2, 1), "b"u8.ToArray(), Array.Empty<byte>(), 0, 0, 0));
        changes.SetLease(new StoredLease(7, 60, 5));
        changes.SetLease(new StoredLease(long.MaxValue, 1, 0));
        var metadata = new StoreMetadata
        {
            AppliedIndex = ulong.MaxValue,
            AppliedTerm = 3,
            Revision = 2,
            CompactRevision = 1,
            RemovedRevision = 1,
            Alarms = [new Alarm(1, AlarmKind.NoSpace), new Alarm(2, AlarmKind.Corrupt)],
            Membership = new byte[] { 1, 2, 3 },
        };
        Store.Commit(changes, metadata);
        Assert.Equal(
            [
                $"applied {ulong.MaxValue}@3 revision 2",
                "compacted 1 removed 1",
                $"alarms {metadata.Alarms[0]} {metadata.Alarms[1]} membership 010203",
                new StoredLease(7, 60, 5).ToString(),
                new StoredLease(long.MaxValue, 1, 0).ToString(),
                "2.0 61=76616C7565 2 1 7",
                "2.1 62= 0 0 0",
            ],
            StateFixture.Describe(Store));
    }

    [Fact]
    public void A_commit_without_changes_replaces_the_metadata()
    {
        StateFixture.Put(Store, 2, 1);
        Store.Commit(new StateChanges(), new StoreMetadata { AppliedIndex = 9, AppliedTerm = 2, Revision = 2 });
        Assert.Equal(9ul, Store.LoadMetadata().AppliedIndex);
        Assert.Single(Store.Scan(default, long.MaxValue));
    }

    [Theory]
    [InlineData(0, 0, long.MaxValue, "2.0 3.0 3.1 3.2 255.0 256.0 65536.0")]
    [InlineData(3, 1, 255, "3.1 3.2 255.0")]
    [InlineData(3, 2, 3, "3.2")]
    [InlineData(4, 0, 254, "")]
    [InlineData(256, 0, 256, "256.0")]
    [InlineData(65537, 0, long.MaxValue, "")]
    public void A_scan_is_in_order_and_includes_both_ends(long fromMain, int fromSub, long toMain, string expected)
    {
        var changes = new StateChanges();
        foreach (var (main, sub) in new[] { (2L, 0), (3L, 0), (3L, 1), (3L, 2), (255L, 0), (256L, 0), (65536L, 0) })
        {
            changes.Add(new StoredVersion(new Revision(main, sub), "k"u8.ToArray(), "v"u8.ToArray(), 2, 1, 0));
        }

        Store.Commit(changes, new StoreMetadata { AppliedIndex = 1, AppliedTerm = 1, Revision = 65536 });
        Assert.Equal(expected, string.Join(' ', Store.Scan(new Revision(fromMain, fromSub), toMain).Select(version => version.Revision)));
    }

    [Fact]
    public void A_removed_change_is_gone_and_its_neighbours_stay()
    {
        StateFixture.Put(Store, 2, 3);
        var changes = new StateChanges();
        changes.Remove(new Revision(3, 0));
        changes.Remove(new Revision(77, 0));
        Store.Commit(changes, new StoreMetadata { AppliedIndex = 5, AppliedTerm = 1, Revision = 4, CompactRevision = 3 });
        Assert.Null(Store.FindValue(new Revision(3, 0)));
        Assert.Equal([2, 4], Store.Scan(default, long.MaxValue).Select(version => version.Revision.Main));
    }

    [Fact]
    public void Leases_are_replaced_and_removed()
    {
        var changes = new StateChanges();
        changes.SetLease(new StoredLease(1, 10, 0));
        changes.SetLease(new StoredLease(2, 20, 0));
        Store.Commit(changes, new StoreMetadata { AppliedIndex = 1, AppliedTerm = 1 });
        changes = new StateChanges();
        changes.SetLease(new StoredLease(1, 10, 4));
        changes.RemoveLease(2);
        changes.RemoveLease(3);
        Store.Commit(changes, new StoreMetadata { AppliedIndex = 2, AppliedTerm = 1 });
        Assert.Equal(new StoredLease(1, 10, 4), Assert.Single(Store.LoadLeases()));
    }

    [Fact]
    public void A_lease_is_read_back_with_its_partitions()
    {
        var lease = new StoredLease(1, 10, 4, 77, Partitions: PartitionSet.Of(9, 2, 5));
        var shadow = new StoredLease(2, 0, 0, 78, IsShadow: true);
        var changes = new StateChanges();
        changes.SetLease(lease);
        changes.SetLease(shadow);
        Store.Commit(changes, new StoreMetadata { AppliedIndex = 1, AppliedTerm = 1 });
        Assert.Equal([lease, shadow], Store.LoadLeases().OrderBy(stored => stored.Id));
    }

    [Fact]
    public void Rows_about_the_partition_are_replaced_and_removed_and_are_no_rows_of_metadata()
    {
        var changes = new StateChanges();
        changes.SetPartitionRow("a", new byte[] { 1 });
        changes.SetPartitionRow("b/c", ReadOnlyMemory<byte>.Empty);
        changes.SetPartitionRow("gone", new byte[] { 2 });
        Store.Commit(changes, new StoreMetadata { AppliedIndex = 1, AppliedTerm = 1 });
        changes = new StateChanges();
        changes.SetPartitionRow("a", new byte[] { 3, 4 });
        changes.SetPartitionRow("gone", null);
        changes.SetPartitionRow("never there", null);
        Store.Commit(changes, new StoreMetadata { AppliedIndex = 2, AppliedTerm = 1 });
        var rows = Store.LoadPartitionRows().OrderBy(row => row.Key, StringComparer.Ordinal);
        Assert.Equal(["a=0304", "b/c="], rows.Select(row => $"{row.Key}={Convert.ToHexString(row.Value.Span)}"));
        Assert.Equal(0, Store.LoadClusterMetadata().Version);
    }

    [Fact]
    public void Keys_that_were_received_need_no_order_and_are_scanned_in_order_with_the_others()
    {
        var changes = new StateChanges();
        changes.AddReceived(new StoredVersion(new Revision(9, 1), "a"u8.ToArray(), "x"u8.ToArray(), 5, 2, 7));
        changes.AddReceived(new StoredVersion(new Revision(3, 0), "b"u8.ToArray(), "y"u8.ToArray(), 3, 1, 0));
        Store.Commit(changes, new StoreMetadata { AppliedIndex = 1, AppliedTerm = 1 });
        changes = new StateChanges();
        changes.AddReceived(new StoredVersion(new Revision(9, 0), "c"u8.ToArray(), "z"u8.ToArray(), 9, 1, 0));
        changes.Add(new StoredVersion(new Revision(10, 0), "c"u8.ToArray(), "z"u8.ToArray(), 9, 2, 0));
        Store.Commit(changes, new StoreMetadata { AppliedIndex = 2, AppliedTerm = 1, Revision = 10 });
        Assert.Equal("3.0 9.0 9.1 10.0", string.Join(' ', Store.Scan(default, long.MaxValue).Select(version => version.Revision)));
        Assert.Equal("x"u8.ToArray(), Store.FindValue(new Revision(9, 1)));
    }

    [Fact]
    public void Rows_of_metadata_are_replaced_and_removed_with_their_version()
    {
        var changes = new StateChanges();
        changes.SetMetadata("a/b", new MetadataRow(new byte[] { 1 }, 1));
        changes.SetMetadata("\u00E4", new MetadataRow(ReadOnlyMemory<byte>.Empty, 1));
        changes.SetMetadata("gone", new MetadataRow(new byte[] { 2 }, 1));
        changes.SetMetadataVersion(1);
        Store.Commit(changes, new StoreMetadata { AppliedIndex = 1, AppliedTerm = 1 });
        changes = new StateChanges();
        changes.SetMetadata("a/b", new MetadataRow(new byte[] { 3, 4 }, 2));
        changes.RemoveMetadata("gone");
        changes.RemoveMetadata("never there");
        changes.SetMetadataVersion(2);
        Store.Commit(changes, new StoreMetadata { AppliedIndex = 2, AppliedTerm = 1 });
        Store.Commit(new StateChanges(), new StoreMetadata { AppliedIndex = 3, AppliedTerm = 1 });
        var read = Store.LoadClusterMetadata();
        Assert.Equal(2, read.Version);
        Assert.Equal(["a/b@2=0304", "\u00E4@1="], read.Rows.Select(Describe));
        Assert.Equal(3UL, Store.LoadMetadata().AppliedIndex);
    }

    [Fact]
    public void A_table_whose_rows_are_all_deleted_keeps_its_version()
    {
        var changes = new StateChanges();
        changes.RemoveMetadata("a");
        changes.SetMetadataVersion(7);
        Store.Commit(changes, new StoreMetadata { AppliedIndex = 1, AppliedTerm = 1 });
        Assert.Equal(7, Store.LoadClusterMetadata().Version);
        Assert.Empty(Store.LoadClusterMetadata().Rows);
    }

    [Fact]
    public void Values_are_found_whatever_their_size()
    {
        byte[] large = new byte[3 << 20];
        new Random(1).NextBytes(large);
        var changes = new StateChanges();
        changes.Add(new StoredVersion(new Revision(2, 0), large, "small"u8.ToArray(), 2, 1, 0));
        changes.Add(new StoredVersion(new Revision(3, 0), "k"u8.ToArray(), large, 2, 1, 0));
        changes.Add(new StoredVersion(new Revision(4, 0), "k"u8.ToArray(), Array.Empty<byte>(), 2, 2, 0));
        Store.Commit(changes, new StoreMetadata { AppliedIndex = 1, AppliedTerm = 1, Revision = 4 });
        Assert.Equal("small"u8.ToArray(), Store.FindValue(new Revision(2, 0)));
        Assert.Equal(large, Store.FindValue(new Revision(3, 0)));
        Assert.Equal(Array.Empty<byte>(), Store.FindValue(new Revision(4, 0)));
        Assert.Equal([large.Length, 1, 1], Store.Scan(default, long.MaxValue).Select(version => version.Key.Length));
    }

    [Fact]
    public void A_scan_does_not_see_commits_made_while_it_runs()
    {
        StateFixture.Put(Store, 2, 3);
        using var scan = Store.Scan(default, long.MaxValue).GetEnumerator();
        Assert.True(scan.MoveNext());
        StateFixture.Put(Store, 5, 3);
        Assert.True(scan.MoveNext());
        Assert.True(scan.MoveNext());
        Assert.Equal(4, scan.Current.Revision.Main);
        Assert.False(scan.MoveNext());
    }

    private static string Describe(KeyValuePair<string, MetadataRow> row) =>
        $"{row.Key}@{row.Value.Version}={Convert.ToHexString(row.Value.Value.Span)}";
}
