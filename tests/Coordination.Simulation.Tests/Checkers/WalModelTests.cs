using Coordination.Raft;
using Coordination.Storage;

namespace Coordination.Simulation.Tests;

public sealed class WalModelTests
{
    private static readonly PartitionId Partition = new(0);
    private readonly History _history = new();
    private readonly WalModel _model;

    public WalModelTests()
    {
        _model = new WalModel([_history.Checks]);
        _model.OnBuffered(new WalOperation(0, _history[1], null, History.Start, true));
        _model.OnWriting();
        _model.OnSynced();
    }

    [Fact]
    public void What_was_synced_and_any_first_batches_after_it_may_come_back()
    {
        Buffer(History.Entry(1, 1));
        _model.OnWriting();
        _model.OnSynced();
        Buffer(History.Entry(2, 1));
        _model.OnWriting();
        Buffer(History.Entry(3, 1));
        _model.OnWriting();
        _model.OnRecovered(0, Recovered(History.Entry(1, 1), History.Entry(2, 1)));
        Assert.Equal(new LogIndex(2), _history[1].Durable.LastIndex);
    }

    [Fact]
    public void The_loss_of_a_synced_batch_is_noticed()
    {
        Buffer(History.Entry(1, 1));
        _model.OnWriting();
        _model.OnSynced();
        History.Breaks(Rules.Recovery, () => _model.OnRecovered(0, Recovered()));
    }

    [Fact]
    public void A_changed_entry_is_noticed()
    {
        Buffer(History.Entry(1, 1, 5));
        _model.OnWriting();
        _model.OnSynced();
        History.Breaks(Rules.Recovery, () => _model.OnRecovered(0, Recovered(History.Entry(1, 1, 6))));
    }

    [Fact]
    public void A_batch_that_was_never_written_must_not_come_back()
    {
        Buffer(History.Entry(1, 1));
        History.Breaks(Rules.Recovery, () => _model.OnRecovered(0, Recovered(History.Entry(1, 1))));
    }

    [Fact]
    public void A_lost_partition_is_noticed()
    {
        var nothing = new WalRecovery(new Dictionary<PartitionId, RecoveredPartition>(), null);
        History.Breaks(Rules.Recovery, () => _model.OnRecovered(0, nothing));
    }

    private static WalRecovery Recovered(params Entry[] entries) =>
        new(new Dictionary<PartitionId, RecoveredPartition> { [Partition] = new(default, History.Start, entries) }, null);

    private void Buffer(Entry entry) =>
        _model.OnBuffered(new WalOperation(0, _history[1], History.Request(entry), null, false));
}
