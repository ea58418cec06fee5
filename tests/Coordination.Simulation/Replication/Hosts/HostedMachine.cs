using Coordination.Raft;
using Coordination.Replication;
using Coordination.Storage;

namespace Coordination.Simulation;

/// <summary>
/// A machine that runs the replicas of the product, at most one of each partition, on one log. Does what <c>PartitionHost</c> does, on the
/// simulated disk, clock and network.
/// </summary>
internal sealed class HostedMachine : Machine
{
    private const string LogDirectory = "/node/wal";
    private const string StatesFolder = "/node/state";
    private readonly WorldServices _world;
    private readonly PartitionHistory[] _histories;
    private readonly WalModel _model;
    private readonly SortedList<int, HostedReplica> _replicas = [];
    private SimulatedScheduler? _scheduler;
    private NodeLog? _log;
    private bool _hasBegun;

    /// <summary>Builds a machine that is off.</summary>
    public HostedMachine(WorldServices world, PartitionHistory[] histories, int index)
        : base(world, index)
    {
        _world = world;
        _histories = histories;
        _model = new WalModel(world.Checks);
        Directories = new SimulatedDirectories(world, this);
    }

    /// <summary>All machines.</summary>
    public IReadOnlyList<HostedMachine> Peers { get; set; } = [];

    /// <summary>Where the stores lie.</summary>
    public SimulatedDirectories Directories { get; }

    /// <summary>The replicas that run, by partition; none when the machine is down.</summary>
    public IEnumerable<HostedReplica> Replicas => _replicas.Values;

    /// <summary>The log of a machine that runs.</summary>
    public NodeLog Log => _log ?? throw new InvalidOperationException($"Node {Index} is {State}.");

    /// <summary>What joins the replicas that run to the others.</summary>
    public HostedNetwork? Network { get; private set; }

    /// <summary>The replica of a partition that runs here, or null.</summary>
    public HostedReplica? Find(int partition) => _replicas.GetValueOrDefault(partition);

    /// <inheritdoc/>
    public override void Start()
    {
        Incarnation++;
        var options = new WalOptions { ClusterId = 1, ReplicaNodeId = (ulong)Index + 1, SegmentBytes = _world.Options.SegmentBytes };
        var log = WriteAheadLog.Open(Files, LogDirectory, options, out var recovery);
        _world.Statistics.Recoveries++;
        _model.OnRecovered(Index, recovery);
        _log = new NodeLog(_world, this, log, _model);
        _scheduler = new SimulatedScheduler(_world, this);
        Network = new HostedNetwork(_world, this, _scheduler);
        foreach (var (partition, recovered) in _hasBegun || recovery.Partitions.Count > 0 ? recovery.Partitions : Begin())
        {
            Open((int)partition.Value, recovered);
        }

        _hasBegun = true;
        ReplicaStorage.DeleteOthers(Directories, StatesFolder, _replicas.Values.Select(static replica => replica.PartitionId));

        State = NodeState.Up;
        _world.Trace?.Add(_world.Now, $"n{Index} starts{(recovery.Cut is { } cut ? $", cut {cut}" : string.Empty)}");
        foreach (var replica in _replicas.Values)
        {
            replica.Loop.Start();
        }

        _world.Schedule(_world.HostRandom.Next(TickPeriod), EventKind.Tick, Index, -1, Incarnation);
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        Incarnation++;
        State = NodeState.Down;
        PausedUntil = 0;
        _log = null;
        Network = null;
        _scheduler = null;
        _replicas.Clear();
        Directories.Crash();
    }

    /// <inheritdoc/>
    public override void Tick()
    {
        foreach (var replica in _replicas.Values)
        {
            replica.Loop.Tick();
        }
    }

    /// <inheritdoc/>
    public override bool TryCampaign(int partition) => false;

    /// <summary>A command of another member arrives.</summary>
    public void Accept(Forward forward)
    {
        if (Find(forward.Partition) is { } replica)
        {
            replica.Accept(forward);
        }
        else if (_world.Network.TryPass(Index, forward.Sender.Index, out long delay))
        {
            forward.SenderScheduler.After(delay, () => forward.End(default));
        }
    }

    /// <summary>Begins a replica of a partition that exists, where there is none.</summary>
    public void Join(int partition, Term floor)
    {
        var record = new ReplicaRecord(new ReplicaId((ulong)Index + 1), Index);
        var start = RestoredState.Joining(floor);
        _world.Trace?.Add(_world.Now, $"{record} joins p{partition} with floor {floor}");
        Log.Create(partition, record, start.Snapshot, start.HardState);
        Log.Flush();
        Open(partition, new RecoveredPartition(start.HardState, start.Snapshot, []));
        _replicas[partition].Loop.Start();
    }

    /// <summary>Drops a replica that has stopped.</summary>
    public void Drop(HostedReplica replica)
    {
        _world.Trace?.Add(_world.Now, $"{replica} is dropped");
        _replicas.Remove(replica.Partition);
        Log.Drop(replica.Partition, replica.Record);
        Log.Flush();
        _world.Checks[replica.Partition].Directory.Put(new ReplicaRecord(replica.Record.Id, Index));
        replica.Delete();
    }

    /// <summary>Looks what came of a piece of work.</summary>
    public void AfterWork(IThreadPoolWorkItem item)
    {
        for (int i = 0; i < _replicas.Count; i++)
        {
            _replicas.GetValueAtIndex(i).AfterWork(item);
        }
    }

    private void Open(int partition, RecoveredPartition recovered)
    {
        var record = _model.Present(partition)
            ?? throw new ViolationException(Rules.Recovery, $"n{Index} has a replica of p{partition} that it was never given.");
        _replicas.Add(partition, new HostedReplica(_world, this, _histories[partition], _scheduler!, record, recovered));
    }

    /// <summary>The first start: founding members begin all partitions.</summary>
    private SortedDictionary<PartitionId, RecoveredPartition> Begin()
    {
        var begun = new SortedDictionary<PartitionId, RecoveredPartition>();
        for (int partition = 0; partition < _histories.Length && Index < _world.Options.InitialVoters; partition++)
        {
            var founders = Enumerable.Range(1, _world.Options.InitialVoters).Select(static id => new ReplicaId((ulong)id));
            var start = RestoredState.NewGroup(founders).Snapshot;
            Log.Create(partition, _world.Checks[partition].Directory.All[Index], start);
            begun.Add(new PartitionId((uint)partition), new RecoveredPartition(default, start, []));
        }

        Log.Flush();
        return begun;
    }
}
