using Coordination.Raft;

namespace Coordination.Storage.Tests;

/// <summary>Partitions whose replica takes the place of an earlier one.</summary>
public sealed class FloorTests
{
    private static readonly PartitionId P1 = WalFixture.P1;
    private static readonly HardState Begun = WalFixture.State(6, 0, 0) with { Floor = new Term(5) };

    [Fact]
    public void The_floor_comes_back_with_every_later_hard_state()
    {
        using var fixture = Create();
        Assert.Equal(Begun, fixture.CrashLosingAll().Partitions[P1].HardState);
        fixture.Commit(P1, WalFixture.Request(Begun with { Term = new Term(9), Vote = new ReplicaId(2) }));
        Assert.Equal(Begun with { Term = new Term(9), Vote = new ReplicaId(2) }, fixture.CrashLosingAll().Partitions[P1].HardState);
    }

    [Fact]
    public void The_floor_outlives_the_segment_that_it_was_written_to()
    {
        using var fixture = Create();
        ulong last = 0;
        while (fixture.Log.GetStatus().Segments < 3)
        {
            fixture.Commit(P1, WalFixture.Request(WalFixture.Entries(++last, 1, 6, 400)));
        }

        fixture.Log.Compact(P1, WalFixture.Snapshot(last, 6));
        Assert.True(fixture.Log.Purge() > 0);
        Assert.False(fixture.Disk.Exists(WalFixture.SegmentPath(1)));
        Assert.Equal(Begun, fixture.CrashLosingAll().Partitions[P1].HardState);
    }

    [Fact]
    public void A_dropped_partition_leaves_no_floor_to_the_next_of_its_number()
    {
        using var fixture = Create();
        fixture.Log.DropPartition(P1);
        fixture.Log.CreatePartition(P1, WalFixture.Start());
        fixture.Commit();
        Assert.Equal(default, fixture.Reopen().Partitions[P1].HardState);
    }

    [Fact]
    public void A_hard_state_that_forgets_the_floor_is_refused()
    {
        using var fixture = Create();
        Assert.Throws<InvariantViolationException>(() => fixture.Log.Append(P1, WalFixture.Request(Begun with { Floor = Term.None })));
    }

    private static WalFixture Create()
    {
        var fixture = new WalFixture();
        fixture.Open();
        fixture.Log.CreatePartition(P1, new SnapshotMetadata(default, default, Membership.Empty), Begun);
        fixture.Commit();
        return fixture;
    }
}
