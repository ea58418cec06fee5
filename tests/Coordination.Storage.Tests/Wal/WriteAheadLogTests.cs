using Coordination.Raft;

namespace Coordination.Storage.Tests;

/// <summary>What goes in comes out again.</summary>
public sealed class WriteAheadLogTests
{
    private static readonly PartitionId P1 = WalFixture.P1;
    private static readonly PartitionId P2 = WalFixture.P2;

    [Fact]
    public void A_new_log_is_empty()
    {
        using var fixture = new WalFixture();
        Assert.Empty(fixture.Open().Partitions);
        Assert.Empty(fixture.Reopen().Partitions);
    }

    [Fact]
    public void Entries_of_every_kind_and_size_come_back()
    {
        using var fixture = new WalFixture();
        fixture.Open();
        fixture.Log.CreatePartition(P1, WalFixture.Start());
        var membership = new MembershipEntry(WalFixture.ThreeVoters, new byte[] { 1, 2 }).Encode();
        var entries = new List<Entry> { new(new Term(1), new LogIndex(1), EntryKind.Empty, default) };
        entries.Add(new Entry(new Term(1), new LogIndex(2), EntryKind.Membership, membership));
        foreach (int size in new[] { 0, 1, 430, 431, 432, 470, 480, 499, 500, 501, 979, 980, 981, 5000 })
        {
            entries.AddRange(WalFixture.Entries((ulong)entries.Count + 1, 1, 2, size));
        }

        fixture.Commit(P1, WalFixture.Request([.. entries], WalFixture.State(2, 3, 1)));
        var partition = fixture.Reopen().Partitions[P1];
        Assert.Equal(WalFixture.State(2, 3, 1), partition.HardState);
        Assert.Equal(entries.Select(entry => entry.ToString()), partition.Entries.Select(entry => entry.ToString()));
        Assert.All(entries.Zip(partition.Entries), pair => Assert.True(pair.First.Data.Span.SequenceEqual(pair.Second.Data.Span)));
    }

    [Fact]
    public void Partitions_share_the_log_and_come_back_in_the_order_of_their_ids()
    {
        using var fixture = new WalFixture();
        fixture.Open();
        fixture.Log.CreatePartition(P2, WalFixture.Snapshot(10, 3));
        fixture.Log.CreatePartition(P1, WalFixture.Start());
        fixture.Log.Append(P1, WalFixture.Request(WalFixture.Entries(1, 2, 1)));
        fixture.Log.Append(P2, WalFixture.Request(WalFixture.Entries(11, 3, 3)));
        fixture.Commit();
        Assert.Equal(2u, (uint)fixture.Log.GetStatus().LastBatch);
        var recovery = fixture.Reopen();
        Assert.Equal([P1, P2], recovery.Partitions.Keys);
        Assert.Equal(2, recovery.Partitions[P1].Entries.Count);
        Assert.Equal(new LogIndex(13), recovery.Partitions[P2].Entries[^1].Index);
        Assert.Equal(WalFixture.Snapshot(10, 3), recovery.Partitions[P2].Snapshot);
    }

    [Fact]
    public void Entries_replace_what_stood_from_their_first_index_on()
    {
        using var fixture = WalFixture.WithEntries(10);
        fixture.Commit(P1, WalFixture.Request(WalFixture.Entries(4, 2, 2), WalFixture.State(2, 0, 3)));
        var entries = fixture.Reopen().Partitions[P1].Entries;
        Assert.Equal([1ul, 1, 1, 2, 2], entries.Select(entry => entry.Term.Value));
    }

    [Fact]
    public void A_snapshot_replaces_the_log_and_entries_continue_after_it()
    {
        using var fixture = WalFixture.WithEntries(10);
        var snapshot = WalFixture.Snapshot(50, 4);
        fixture.Commit(P1, WalFixture.Request(WalFixture.Entries(51, 2, 4), WalFixture.State(4, 0, 50), snapshot));
        var partition = fixture.Reopen().Partitions[P1];
        Assert.Equal(snapshot, partition.Snapshot);
        Assert.Equal([51ul, 52], partition.Entries.Select(entry => entry.Index.Value));
    }

    [Fact]
    public void A_compaction_moves_the_base_and_keeps_the_entries_after_it()
    {
        using var fixture = WalFixture.WithEntries(10);
        fixture.Log.Compact(P1, WalFixture.Snapshot(7, 1));
        fixture.Commit();
        var partition = fixture.Reopen().Partitions[P1];
        Assert.Equal(WalFixture.Snapshot(7, 1), partition.Snapshot);
        Assert.Equal([8ul, 9, 10], partition.Entries.Select(entry => entry.Index.Value));
    }

    [Fact]
    public void A_dropped_partition_does_not_come_back_and_its_id_can_be_used_again()
    {
        using var fixture = WalFixture.WithEntries(10);
        fixture.Log.DropPartition(P1);
        fixture.Commit();
        Assert.Empty(fixture.Reopen().Partitions);
        fixture.Log.CreatePartition(P1, WalFixture.Snapshot(3, 1));
        fixture.Commit();
        Assert.Empty(fixture.Reopen().Partitions[P1].Entries);
    }

    [Fact]
    public void What_was_only_buffered_is_forgotten()
    {
        using var fixture = WalFixture.WithEntries(3);
        fixture.Log.Append(P1, WalFixture.Request(WalFixture.Entries(4, 1, 1)));
        Assert.True(fixture.Log.HasBuffered);
        Assert.Equal(3, fixture.Reopen().Partitions[P1].Entries.Count);
    }

    [Fact]
    public void A_commit_index_that_was_not_synced_may_be_lost_without_harm()
    {
        using var fixture = WalFixture.WithEntries(5);
        fixture.Log.Append(P1, WalFixture.Request(WalFixture.State(1, 1, 4)) with { MustSync = false });
        fixture.Log.WriteBatch();
        var partition = fixture.CrashLosingAll().Partitions[P1];
        Assert.Equal(WalFixture.State(1, 1, 0), partition.HardState);
        Assert.Equal(5, partition.Entries.Count);
    }

    [Fact]
    public void A_sync_covers_every_batch_written_before_it()
    {
        using var fixture = WalFixture.WithEntries(1);
        for (ulong i = 2; i <= 4; i++)
        {
            fixture.Log.Append(P1, WalFixture.Request(WalFixture.Entries(i, 1, 1)));
            fixture.Log.WriteBatch();
        }

        Assert.Equal(2u, (uint)fixture.Log.GetStatus().DurableBatch);
        fixture.Log.Sync();
        fixture.Log.Sync();
        Assert.Equal(5u, (uint)fixture.Log.GetStatus().DurableBatch);
        Assert.Equal(3, fixture.Log.GetStatus().Syncs);
        Assert.Equal(4, fixture.CrashLosingAll().Partitions[P1].Entries.Count);
    }

    [Theory]
    [InlineData(0, 1, 0, "term goes back")]
    [InlineData(1, 2, 0, "vote in term 1 changes")]
    [InlineData(1, 0, 0, "vote in term 1 changes")]
    [InlineData(2, 1, 6, "beyond the last entry")]
    public void A_hard_state_that_contradicts_the_log_stops_it(ulong term, ulong vote, ulong commit, string reason)
    {
        using var fixture = WalFixture.WithEntries(5);
        var violation = Assert.Throws<InvariantViolationException>(
            () => fixture.Log.Append(P1, WalFixture.Request(WalFixture.State(term, vote, commit))));
        Assert.Contains(reason, violation.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(fixture.Log.WriteBatch);
    }

    [Theory]
    [InlineData(7, 1, "does not fit")]
    [InlineData(3, 2, "replace a committed one")]
    [InlineData(6, 0, "follows entry")]
    public void Entries_that_contradict_the_log_stop_it(ulong first, ulong term, string reason)
    {
        using var fixture = WalFixture.WithEntries(5);
        fixture.Commit(P1, WalFixture.Request(WalFixture.State(1, 1, 3)));
        var violation = Assert.Throws<InvariantViolationException>(
            () => fixture.Log.Append(P1, WalFixture.Request(WalFixture.Entries(first, 1, term))));
        Assert.Contains(reason, violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_above_the_batch_limit_is_refused_and_changes_nothing()
    {
        using var fixture = new WalFixture();
        fixture.Options = fixture.Options with { MaxBatchBytes = 4096 };
        fixture.Open();
        fixture.Log.CreatePartition(P1, WalFixture.Start());
        Assert.Throws<ArgumentException>(() => fixture.Log.Append(P1, WalFixture.Request(WalFixture.Entries(1, 1, 1, 5000))));
        fixture.Commit(P1, WalFixture.Request(WalFixture.Entries(1, 1, 1)));
        Assert.Single(fixture.Reopen().Partitions[P1].Entries);
    }

    [Fact]
    public void An_unknown_partition_is_refused_and_the_log_goes_on()
    {
        using var fixture = WalFixture.WithEntries(1);
        Assert.Throws<ArgumentException>(() => fixture.Log.Append(P2, WalFixture.Request(WalFixture.State(1, 0, 0))));
        Assert.Throws<ArgumentException>(() => fixture.Log.DropPartition(P2));
        Assert.Throws<ArgumentException>(() => fixture.Log.Compact(P2, WalFixture.Start()));
        Assert.Throws<ArgumentException>(() => fixture.Log.CreatePartition(P1, WalFixture.Start()));
        fixture.Log.WriteBatch();
    }

    [Fact]
    public void A_second_process_cannot_open_the_log()
    {
        using var fixture = WalFixture.WithEntries(1);
        Assert.Throws<IOException>(() => WriteAheadLog.Open(fixture.Disk, WalFixture.Directory, fixture.Options, out _));
    }

    [Fact]
    public void Appending_and_writing_allocates_nothing_once_the_buffers_have_their_size()
    {
        using var fixture = WalFixture.WithEntries(1);
        fixture.Options = fixture.Options with { SegmentBytes = 8 << 20 };
        var requests = new PersistRequest[2000];
        for (int i = 0; i < requests.Length; i++)
        {
            requests[i] = WalFixture.Request(WalFixture.Entries((ulong)i + 1, 1, 1, 256));
        }

        using var log = WriteAheadLog.Open(fixture.Disk, "/data/other", fixture.Options, out _);
        log.CreatePartition(P1, WalFixture.Start());
        AppendAll(log, requests.AsSpan(0, 1000));
        long before = GC.GetAllocatedBytesForCurrentThread();
        AppendAll(log, requests.AsSpan(1000));
        long perEntry = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;

        // The pages of the simulated disk are the rest: 1024 bytes of file for each entry, and the undo list that doubles.
        Assert.InRange(perEntry, 0, 4096);

        static void AppendAll(WriteAheadLog log, ReadOnlySpan<PersistRequest> requests)
        {
            foreach (var request in requests)
            {
                log.Append(P1, request);
                log.WriteBatch();
                log.Sync();
            }
        }
    }
}
