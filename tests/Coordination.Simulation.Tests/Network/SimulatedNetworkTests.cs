using Coordination.Raft;

namespace Coordination.Simulation.Tests;

public sealed class SimulatedNetworkTests
{
    private static readonly Message Message = new TimeoutNow(new ReplicaId(1), new ReplicaId(2), new Term(3));
    private readonly WorldStatistics _statistics = new();
    private readonly RecordedSchedule _schedule = new();
    private readonly SimulatedNetwork _network;

    public SimulatedNetworkTests() => _network = new SimulatedNetwork(3, new SimulationRandom(1), _schedule, _statistics);

    [Fact]
    public void A_sound_link_delivers_every_message_once_within_its_delay()
    {
        _network.Options = new NetworkOptions { MinDelay = 50, MaxDelay = 70 };
        Send(1_000);
        Assert.Equal(1_000, _schedule.Events.Count);
        Assert.All(_schedule.Events, item => Assert.Equal(EventKind.Deliver, item.Kind));
        Assert.All(_schedule.Events, item => Assert.InRange(item.Delay, 50, 70));
    }

    [Fact]
    public void A_cut_works_in_one_direction_only()
    {
        _network.Cut(_network.Link(0, 1));
        _network.Send(0, 1, 0, Message);
        _network.Send(1, 0, 0, Message);
        Assert.Equal(0, Assert.Single(_schedule.Events, item => item.Kind == EventKind.Deliver).Node);
    }

    [Fact]
    public void Overlapping_cuts_have_to_be_mended_one_by_one()
    {
        ulong link = _network.Link(0, 1);
        _network.Cut(link);
        _network.Cut(link | _network.Link(0, 2));
        _network.Mend(link);
        Assert.False(_network.IsOpen(0, 1));
        _network.Mend(link);
        Assert.True(_network.IsOpen(0, 1));
        Assert.False(_network.IsOpen(0, 2));
        _network.Heal();
        Assert.True(_network.IsOpen(0, 2));
    }

    [Fact]
    public void Losses_and_repeats_come_as_often_as_asked_for()
    {
        _network.Options = new NetworkOptions { LossPerMille = 200, DuplicatePerMille = 100, NoticePerMille = 0 };
        Send(10_000);
        Assert.InRange(_statistics[FaultKind.Loss], 1_800, 2_200);
        Assert.InRange(_statistics[FaultKind.Duplicate], 700, 900);
        Assert.Equal(10_000 - _statistics[FaultKind.Loss] + _statistics[FaultKind.Duplicate], _schedule.Events.Count);
    }

    [Fact]
    public void An_ordered_link_keeps_the_order_and_another_does_not()
    {
        _network.Options = new NetworkOptions { MinDelay = 1, MaxDelay = 1_000, IsOrdered = true };
        Send(100);
        Assert.Equal(_schedule.Events.Order(Comparer<ScheduledEvent>.Create((a, b) => a.Delay.CompareTo(b.Delay))), _schedule.Events);
        _schedule.Events.Clear();
        _network.Options = _network.Options with { IsOrdered = false };
        Send(100);
        Assert.Contains(_schedule.Events.Zip(_schedule.Events.Skip(1)), pair => pair.First.Delay > pair.Second.Delay);
    }

    [Fact]
    public void The_sender_may_learn_of_a_loss()
    {
        _network.Options = new NetworkOptions { LossPerMille = 1000, NoticePerMille = 1000 };
        _network.Send(0, 1, 2, Message);
        var notice = Assert.Single(_schedule.Events);
        Assert.Equal((EventKind.PeerUnreachable, 0, 2UL), (notice.Kind, notice.Node, notice.Argument));
    }

    [Fact]
    public void A_snapshot_that_breaks_off_is_reported_to_its_sender()
    {
        var metadata = new SnapshotMetadata(new LogIndex(5), new Term(1), Membership.Create([new ReplicaId(1)]));
        var transfer = new SnapshotTransfer(
            new InstallSnapshot(new ReplicaId(1), new ReplicaId(2), new Term(3), metadata), RegisterImage.Initial(metadata.Membership));
        _network.SendSnapshot(0, 1, 0, transfer);
        _network.Cut(_network.Link(0, 1));
        _network.SendSnapshot(0, 1, 0, transfer);
        Assert.Equal((EventKind.DeliverSnapshot, 1), (_schedule.Events[0].Kind, _schedule.Events[0].Node));
        Assert.Equal((EventKind.SnapshotTransferFailed, 0), (_schedule.Events[1].Kind, _schedule.Events[1].Node));
    }

    private void Send(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _network.Send(0, 1, 0, Message);
        }
    }

    private sealed record ScheduledEvent(long Delay, EventKind Kind, int Node, ulong Argument);

    private sealed class RecordedSchedule : INetworkSchedule
    {
        public List<ScheduledEvent> Events { get; } = [];

        public long Now => 0;

        public void Schedule(long delay, EventKind kind, int node, int partition, object? subject, ulong argument = 0) =>
            Events.Add(new ScheduledEvent(delay, kind, node, argument));
    }
}
