using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// A cluster of machines on which the product's replicas run whole, their clients, and in a part of the worlds operators that change the
/// members of the partitions. Called by <see cref="World"/>.
/// </summary>
internal sealed class ReplicationPopulation : IPopulation
{
    private readonly WorldServices _world;
    private readonly MachinePower _power;
    private readonly HostedMachine[] _machines;
    private readonly PartitionHistory[] _histories;
    private readonly ReplicationClients _clients;
    private readonly MembersOperator[] _operators;

    /// <summary>Builds the machines; all are off.</summary>
    public ReplicationPopulation(WorldServices world, MachinePower power)
    {
        _world = world;
        _power = power;
        _machines = new HostedMachine[world.Options.Nodes];
        _histories = new PartitionHistory[world.Options.Partitions];
        for (int i = 0; i < _histories.Length; i++)
        {
            _histories[i] = new PartitionHistory(world, i, _machines);
        }

        for (int i = 0; i < _machines.Length; i++)
        {
            _machines[i] = new HostedMachine(world, _histories, i) { Peers = _machines };
        }

        _clients = new ReplicationClients(world, power, _machines);
        _operators = [.. Enumerable.Range(0, world.Options.Partitions).Select(i => new MembersOperator(world, power, _machines, i))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Machine> Machines => _machines;

    /// <inheritdoc/>
    public void Begin()
    {
        foreach (var machine in _machines)
        {
            machine.Start();
        }
    }

    /// <inheritdoc/>
    public Machine? FindLeaderMachine(int partition) => _machines
        .Where(machine => _power.IsResponsive(machine) && machine.Find(partition)?.Node.Role == ReplicaRole.Leader)
        .MaxBy(machine => machine.Find(partition)?.Node.Term);

    /// <inheritdoc/>
    public void WakeAll() => ForEachReplica(static replica => replica.OnLeaderUnreachable(isGone: false));

    /// <inheritdoc/>
    public void SayThatLeadersAreGone() => ForEachReplica(replica =>
    {
        if (_world.NewsRandom.NextBool())
        {
            replica.OnLeaderUnreachable(isGone: true);
        }
    });

    /// <inheritdoc/>
    public void ActAsClient() => _clients.Act();

    /// <inheritdoc/>
    public void ActAsOperator(int partition) => _operators[partition].Act();

    /// <inheritdoc/>
    public bool TryFlipBit(Machine machine) => false;

    /// <inheritdoc/>
    public void Process(Machine machine, in SimulationEvent item)
    {
        var node = _machines[machine.Index];
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
            case EventKind.Run when item.Subject is IThreadPoolWorkItem work:
                work.Execute();
                node.AfterWork(work);
                break;
            case EventKind.Deliver when item.Subject is Message message:
                node.Find(item.Partition)?.Loop.Receive(message);
                break;
            case EventKind.DeliverSnapshot when item.Subject is SnapshotTransfer transfer:
                node.Find(item.Partition)?.Receive(transfer);
                _world.Network.EndSnapshot(item.Partition, transfer, isDelivered: node.Find(item.Partition) is not null);
                break;
            case EventKind.SnapshotTransferDone when item.Subject is SnapshotTransfer transfer:
                node.Network?.EndTransfer(transfer, isDelivered: true);
                break;
            case EventKind.SnapshotTransferFailed when item.Subject is SnapshotTransfer transfer:
                node.Network?.EndTransfer(transfer, isDelivered: false);
                break;
            case EventKind.PeerUnreachable:
                node.Find(item.Partition)?.Loop.Lost(new ReplicaId(item.Argument));
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void OnMissed(in SimulationEvent item)
    {
        if (item is { Kind: EventKind.DeliverSnapshot, Subject: SnapshotTransfer transfer })
        {
            _world.Network.EndSnapshot(item.Partition, transfer, isDelivered: false);
        }
    }

    /// <inheritdoc/>
    public ILivenessPhase BeginLiveness()
    {
        WakeAll();
        var liveness = new ReplicationLiveness(_world, _machines, _histories);
        liveness.Begin();
        return liveness;
    }

    private void ForEachReplica(Action<HostedReplica> act)
    {
        foreach (var machine in _machines.Where(_power.IsResponsive))
        {
            foreach (var replica in machine.Replicas)
            {
                act(replica);
            }
        }
    }
}
