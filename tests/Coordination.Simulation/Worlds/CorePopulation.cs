using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// A cluster of cores, each driven by a <see cref="SimulatedReplica"/>, with memberships that change and disks that lose bits. Called by
/// <see cref="World"/>.
/// </summary>
internal sealed class CorePopulation : IPopulation
{
    private readonly WorldServices _world;
    private readonly Cluster _cluster;
    private readonly ClientWorkload _clients;
    private readonly MembershipOperator[] _operators;
    private readonly DiskDamage _damage;

    /// <summary>Builds the machines; all are off.</summary>
    public CorePopulation(WorldServices world, MachinePower power)
    {
        _world = world;
        _cluster = new Cluster(world, power);
        _clients = new ClientWorkload(world, _cluster);
        _operators = new MembershipOperator[world.Options.Partitions];
        for (int i = 0; i < _operators.Length; i++)
        {
            _operators[i] = new MembershipOperator(world, _cluster, i);
        }

        _damage = new DiskDamage(world, _cluster, _operators);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Machine> Machines => _cluster.Nodes;

    /// <inheritdoc/>
    public void Begin()
    {
        foreach (var node in _cluster.Nodes)
        {
            node.Start();
        }

        for (int partition = 0; partition < _world.Options.Partitions; partition++)
        {
            var directory = _world.Checks[partition].Directory;
            var start = RestoredState.NewGroup(directory.All.Select(record => record.Id));
            foreach (var record in directory.All)
            {
                _cluster.Nodes[record.Node].Create(partition, record, start);
            }
        }
    }

    /// <inheritdoc/>
    public Machine? FindLeaderMachine(int partition) =>
        _cluster.FindLeader(partition) is { } leader ? _cluster.Nodes[leader.Record.Node] : null;

    /// <inheritdoc/>
    public void WakeAll() => _cluster.WakeAll();

    /// <inheritdoc/>
    public void SayThatLeadersAreGone() => _cluster.SayThatLeadersAreGone();

    /// <inheritdoc/>
    public void ActAsClient() => _clients.Act();

    /// <inheritdoc/>
    public void ActAsOperator(int partition)
    {
        _operators[partition].Act();
        _damage.ReplaceLostDisks();
    }

    /// <inheritdoc/>
    public bool TryFlipBit(Machine machine) => _damage.TryFlip(_cluster.Nodes[machine.Index]);

    /// <inheritdoc/>
    public ILivenessPhase BeginLiveness()
    {
        var liveness = new LivenessPhase(_world, _cluster, _clients);
        liveness.Begin();
        return liveness;
    }

    /// <inheritdoc/>
    public void OnMissed(in SimulationEvent item) => EndSnapshotTransfer(in item, isDelivered: false);

    /// <inheritdoc/>
    public void Process(Machine machine, in SimulationEvent item)
    {
        var node = _cluster.Nodes[machine.Index];
        switch (item.Kind)
        {
            case EventKind.Tick:
                _world.Schedule(node.TickPeriod, EventKind.Tick, node.Index, -1, node.Incarnation);
                node.Tick();
                break;
            case EventKind.WriteBatch:
                node.Log.OnWrite();
                break;
            case EventKind.SyncBatch:
                node.Log.OnSync(item.Argument);
                break;
            case EventKind.Flush:
                long interval = 1 + _world.HostRandom.Next(2 * _world.Options.FlushInterval);
                _world.Schedule(interval, EventKind.Flush, node.Index, -1, node.Incarnation);
                node.Flush(_world.HostRandom);
                break;
            default:
                if (node.Replica(item.Partition) is { } replica)
                {
                    ProcessReplicaEvent(replica, in item);
                }
                else
                {
                    EndSnapshotTransfer(in item, isDelivered: false);
                }

                break;
        }
    }

    /// <summary>The sender of a snapshot learns how it ended, as from a stream that was closed or broke.</summary>
    private void EndSnapshotTransfer(in SimulationEvent item, bool isDelivered)
    {
        if (item is { Kind: EventKind.DeliverSnapshot, Subject: SnapshotTransfer transfer })
        {
            _world.Network.EndSnapshot(item.Partition, transfer, isDelivered);
        }
    }

    private void ProcessReplicaEvent(SimulatedReplica replica, in SimulationEvent item)
    {
        switch (item.Kind)
        {
            case EventKind.Deliver when item.Subject is Message message && message.To == replica.Record.Id:
                _world.Trace?.Add(_world.Now, $"{replica} <- #{message.From} {MessageText.Describe(message)}");
                replica.Step(message);
                break;
            case EventKind.DeliverSnapshot
                when item.Subject is SnapshotTransfer { Announcement: var sent } transfer && sent.To == replica.Record.Id:
                _world.Trace?.Add(_world.Now, $"{replica} <- #{sent.From} {MessageText.Describe(sent)}");
                replica.Step(transfer);
                EndSnapshotTransfer(in item, isDelivered: true);
                break;
            case EventKind.DeliverSnapshot:
                EndSnapshotTransfer(in item, isDelivered: false);
                break;
            case EventKind.SnapshotTransferDone
                when item.Subject is SnapshotTransfer { Announcement: var done } && done.From == replica.Record.Id:
                replica.OnSnapshotDelivered(done);
                break;
            case EventKind.SnapshotTransferFailed
                when item.Subject is SnapshotTransfer { Announcement: var lost } && lost.From == replica.Record.Id:
                replica.OnSnapshotFailed(lost.To);
                break;
            case EventKind.PeerUnreachable:
                replica.OnUnreachable(new ReplicaId(item.Argument));
                break;
            case EventKind.Apply when item.Subject == replica:
                replica.OnApply();
                break;
            case EventKind.InstallSnapshot when item.Subject == replica:
                replica.OnInstall();
                break;
            case EventKind.SnapshotMade when item.Subject == replica:
                replica.OnSnapshotMade(new ReplicaId(item.Argument));
                break;
        }
    }
}
