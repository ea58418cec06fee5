using Coordination.Raft;
using Coordination.Storage;

namespace Coordination.Simulation;

/// <summary>
/// A machine that runs the replicas of the product, one of each partition, on one log. Does what <c>PartitionHost</c> does, on the simulated
/// disk, clock and network.
/// </summary>
internal sealed class HostedMachine : Machine
{
    private const string LogDirectory = "/node/wal";
    private readonly WorldServices _world;
    private readonly PartitionHistory[] _histories;
    private readonly WalModel _model;
    private readonly List<HostedReplica> _replicas = [];
    private NodeLog? _log;

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
    public IReadOnlyList<HostedReplica> Replicas => _replicas;

    /// <summary>The log of a machine that runs.</summary>
    public NodeLog Log => _log ?? throw new InvalidOperationException($"Node {Index} is {State}.");

    /// <summary>What joins the replicas that run to the others.</summary>
    public HostedNetwork? Network { get; private set; }

    /// <inheritdoc/>
    public override void Start()
    {
        Incarnation++;
        var options = new WalOptions { ClusterId = 1, ReplicaNodeId = (ulong)Index + 1, SegmentBytes = _world.Options.SegmentBytes };
        var log = WriteAheadLog.Open(Files, LogDirectory, options, out var recovery);
        _world.Statistics.Recoveries++;
        _model.OnRecovered(Index, recovery);
        _log = new NodeLog(_world, this, log, _model);
        var scheduler = new SimulatedScheduler(_world, this);
        Network = new HostedNetwork(_world, this, scheduler);
        var partitions = recovery.Partitions.Count > 0 ? recovery.Partitions : Begin();
        foreach (var (partition, recovered) in partitions)
        {
            _replicas.Add(new HostedReplica(_world, this, _histories[partition.Value], scheduler, recovered));
        }

        State = NodeState.Up;
        _world.Trace?.Add(_world.Now, $"n{Index} starts{(recovery.Cut is { } cut ? $", cut {cut}" : string.Empty)}");
        foreach (var replica in _replicas)
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
        _replicas.Clear();
        Directories.Crash();
    }

    /// <inheritdoc/>
    public override void Tick()
    {
        foreach (var replica in _replicas)
        {
            replica.Loop.Tick();
        }
    }

    /// <inheritdoc/>
    public override bool TryCampaign(int partition) => false;

    /// <summary>A command of another member arrives.</summary>
    public void Accept(Forward forward)
    {
        if (forward.Partition < _replicas.Count)
        {
            _replicas[forward.Partition].Accept(forward);
        }
    }

    /// <summary>Looks what came of a piece of work.</summary>
    public void AfterWork(IThreadPoolWorkItem item)
    {
        foreach (var replica in _replicas)
        {
            replica.AfterWork(item);
        }
    }

    private SortedDictionary<PartitionId, RecoveredPartition> Begin()
    {
        var begun = new SortedDictionary<PartitionId, RecoveredPartition>();
        for (int partition = 0; partition < _histories.Length; partition++)
        {
            var directory = _world.Checks[partition].Directory;
            var start = RestoredState.NewGroup(directory.All.Select(record => record.Id)).Snapshot;
            Log.Create(partition, directory.All[Index], start);
            begun.Add(new PartitionId((uint)partition), new RecoveredPartition(default, start, []));
        }

        Log.Flush();
        return begun;
    }
}
