using Coordination.Raft;

namespace Coordination.Replication.Tests;

public sealed class SnapshotDescriptionTests
{
    private static readonly Membership Members = Membership.Create([new ReplicaId(1), new ReplicaId(2)]);

    [Fact]
    public void A_replica_that_joined_describes_no_snapshot_of_a_time_whose_members_it_never_learned()
    {
        var node = Joined(entry: 5, applied: 6);
        Assert.Null(SnapshotTraffic.Describe(node, new LogIndex(4)));
        Assert.Equal(Members, SnapshotTraffic.Describe(node, new LogIndex(5))?.Membership);
        Assert.Equal(Members, SnapshotTraffic.Describe(node, new LogIndex(6))?.Membership);
    }

    [Fact]
    public void No_snapshot_is_described_that_the_log_has_been_cut_beyond()
    {
        var node = Joined(entry: 2, applied: 6);
        node.Compact(new LogIndex(4));
        Assert.Null(SnapshotTraffic.Describe(node, new LogIndex(3)));
        Assert.Equal(new LogIndex(4), SnapshotTraffic.Describe(node, new LogIndex(4))?.Index);
    }

    /// <summary>A replica that was fed from the first entry on, and learned of its group's members by one of them.</summary>
    private static RaftNode Joined(int entry, int applied)
    {
        byte[] members = new MembershipEntry(Members, default).Encode();
        var entries = Enumerable.Range(1, applied).Select(index => index == entry
            ? new Entry(new Term(1), new LogIndex((ulong)index), EntryKind.Membership, members)
            : new Entry(new Term(1), new LogIndex((ulong)index), EntryKind.Command, default));
        return new RaftNode(
            new RaftOptions { Id = new ReplicaId(1), Incarnation = 1, Seed = 1 },
            RestoredState.Joining() with
            {
                HardState = new HardState(new Term(1), default, new LogIndex((ulong)applied)),
                Entries = [.. entries],
                Applied = new LogIndex((ulong)applied),
            });
    }
}
