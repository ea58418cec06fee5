using Coordination.Raft;

namespace Coordination.Replication.Tests;

public sealed class SnapshotHoldsTests
{
    private static readonly ReplicaId Fed = new(2);
    private static readonly ReplicaId Other = new(3);

    private readonly SnapshotHolds _holds = new();

    [Fact]
    public void Log_is_cut_at_the_target_when_nobody_is_sent_a_snapshot() => Assert.Equal(100UL, Cut(100, Peer(Fed, match: 5)));

    [Fact]
    public void Log_keeps_what_comes_after_a_snapshot_that_is_under_way()
    {
        _holds.Hold(Fed, new LogIndex(40));
        Assert.Equal(40UL, Cut(100, Peer(Fed, match: 5), Peer(Other, match: 120)));
        Assert.Equal(40UL, Cut(200, Peer(Fed, match: 5), Peer(Other, match: 220)));
    }

    [Fact]
    public void Log_follows_a_member_that_catches_up_after_its_snapshot_and_forgets_it_then()
    {
        _holds.Hold(Fed, new LogIndex(40));
        Assert.Equal(70UL, Cut(100, Peer(Fed, match: 70)));
        Assert.Equal(150UL, Cut(150, Peer(Fed, match: 150)));
        Assert.Equal(200UL, Cut(200, Peer(Fed, match: 160)));
    }

    [Fact]
    public void Member_that_is_silent_holds_nothing()
    {
        _holds.Hold(Fed, new LogIndex(40));
        Assert.Equal(100UL, Cut(100, Peer(Fed, match: 5) with { IsRecentlyActive = false }));
    }

    [Fact]
    public void Replica_that_leads_no_more_holds_nothing()
    {
        _holds.Hold(Fed, new LogIndex(40));
        Assert.Equal(100UL, Cut(100));
        Assert.Equal(100UL, Cut(100, Peer(Fed, match: 5)));
    }

    [Fact]
    public void Later_snapshot_takes_the_place_of_an_earlier_one()
    {
        _holds.Hold(Fed, new LogIndex(40));
        _holds.Hold(Fed, new LogIndex(90));
        Assert.Equal(90UL, Cut(100, Peer(Fed, match: 5)));
    }

    private ulong Cut(ulong target, params PeerStatus[] peers) => _holds.Limit(Leader(peers), new LogIndex(target)).Value;

    private static PeerStatus Peer(ReplicaId id, ulong match) => new(
        id, ProgressState.Snapshot, new LogIndex(match), new LogIndex(match + 1), InflightAppends: 0, InflightBytes: 0,
        IsRecentlyActive: true, IsLearner: false);

    private static RaftStatus Leader(IReadOnlyList<PeerStatus> peers) => new()
    {
        Id = new ReplicaId(1),
        Role = ReplicaRole.Leader,
        Term = new Term(1),
        Vote = new ReplicaId(1),
        Leader = new ReplicaId(1),
        SnapshotIndex = default,
        Applied = default,
        Committed = default,
        Durable = default,
        LastIndex = default,
        LastTerm = new Term(1),
        LogBytes = 0,
        UncommittedBytes = 0,
        PendingReads = 0,
        Membership = Membership.Empty,
        TransferTarget = default,
        IsQuiesced = false,
        ElectionsStarted = 0,
        ElectionsWon = 0,
        ProposalsRefused = 0,
        Peers = peers,
    };
}
