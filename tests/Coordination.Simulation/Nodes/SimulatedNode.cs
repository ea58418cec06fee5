using Coordination.Raft;
using Coordination.Storage;

namespace Coordination.Simulation;

/// <summary>
/// A machine with a write-ahead log that its partitions share, and at most one replica of each partition, driven by the simulator's own
/// <see cref="SimulatedReplica"/>.
/// </summary>
internal sealed class SimulatedNode : Machine
{
    private const string LogDirectory = "/node/wal";
    private readonly WorldServices _world;
    private readonly ReplicaDisk?[] _disks;
    private readonly SimulatedReplica?[] _replicas;
    private NodeLog? _log;
    private WalModel _model;
    private bool _isDamaged;

    /// <summary>Builds a machine that is off.</summary>
    public SimulatedNode(WorldServices world, int index)
        : base(world, index)
    {
        _world = world;
        _disks = new ReplicaDisk?[world.Options.Partitions];
        _replicas = new SimulatedReplica?[world.Options.Partitions];
        _model = new WalModel(world.Checks);
    }

    /// <summary>The log of a node that is up.</summary>
    public NodeLog Log => _log ?? throw new InvalidOperationException($"Node {Index} is {State}.");

    /// <summary>The running replica of a partition, or null.</summary>
    public SimulatedReplica? Replica(int partition) => _replicas[partition];

    /// <summary>What the disk holds of a partition's replica, or null.</summary>
    public ReplicaDisk? Disk(int partition) => _disks[partition];

    /// <inheritdoc/>
    public override void Start()
    {
        Incarnation++;
        if (!TryOpen(out var log, out var recovery))
        {
            State = NodeState.Lost;
            _world.Statistics.DamageDetected++;
            _world.Trace?.Add(_world.Now, $"n{Index} refuses to start: its log is damaged");
            SetGone(true);
            Array.Clear(_disks);
            return;
        }

        _model.OnRecovered(Index, recovery);
        _log = new NodeLog(_world, this, log, _model);
        var states = new RestoredState?[_disks.Length];
        for (int partition = 0; partition < _disks.Length; partition++)
        {
            states[partition] = Restore(partition, recovery);
        }

        _log.Flush();
        SetGone(false);
        State = NodeState.Up;
        _world.Trace?.Add(_world.Now, $"n{Index} starts{(recovery.Cut is { } cut ? $", cut {cut}" : string.Empty)}");
        for (int partition = 0; partition < _disks.Length; partition++)
        {
            if (states[partition] is { } state && _disks[partition] is { } disk)
            {
                _replicas[partition] = new SimulatedReplica(_world, this, partition, disk, state, (ulong)Incarnation);
            }
        }

        _world.Schedule(_world.HostRandom.Next(TickPeriod), EventKind.Tick, Index, -1, Incarnation);
        _world.Schedule(_world.Options.FlushInterval, EventKind.Flush, Index, -1, Incarnation);
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        Incarnation++;
        State = NodeState.Down;
        PausedUntil = 0;
        _log = null;
        Array.Clear(_replicas);
        foreach (var disk in _disks)
        {
            disk?.State.Crash();
        }
    }

    /// <summary>
    /// A bit on the disk is about to flip: from now on the log may refuse to open, and nobody should count on the replicas until it did
    /// not.
    /// </summary>
    public void OnBitFlip()
    {
        _isDamaged = true;
        SetGone(true);
    }

    /// <summary>Puts an empty disk into a node whose data are lost.</summary>
    public void ReplaceDisk()
    {
        Files = new SimulatedFileSystem();
        _model = new WalModel(_world.Checks);
        _isDamaged = false;
        Array.Clear(_disks);
        State = NodeState.Down;
        _world.Trace?.Add(_world.Now, $"n{Index} gets an empty disk");
    }

    /// <inheritdoc/>
    public override void Tick()
    {
        foreach (var replica in _replicas)
        {
            replica?.Tick();
        }
    }

    /// <inheritdoc/>
    public override bool TryCampaign(int partition)
    {
        _replicas[partition]?.Campaign();
        return _replicas[partition] is not null;
    }

    /// <summary>Creates a replica where there is none.</summary>
    public void Create(int partition, ReplicaRecord record, RestoredState state)
    {
        Log.Create(partition, record, state.Snapshot);
        Log.Flush();
        var disk = new ReplicaDisk(record, _world.Machines.CreateDisk(state.Snapshot.Membership));
        _disks[partition] = disk;
        _world.Trace?.Add(_world.Now, $"n{Index}/p{partition}#{record.Id} is created");
        _replicas[partition] = new SimulatedReplica(_world, this, partition, disk, state, (ulong)Incarnation);
    }

    /// <summary>Removes a replica with all its data.</summary>
    public void Drop(int partition)
    {
        if (_replicas[partition] is not { } replica)
        {
            return;
        }

        _world.Trace?.Add(_world.Now, $"n{Index}/p{partition}#{replica.Record.Id} is dropped");
        replica.Stop();
        _replicas[partition] = null;
        Log.Drop(partition, replica.Record);
        Log.Flush();
        _disks[partition] = null;
        replica.Record.IsGone = true;
    }

    /// <summary>Flushes the state machines and compacts the logs.</summary>
    public void Flush(SimulationRandom random)
    {
        var pinning = Log.FindPinning();
        foreach (var replica in _replicas)
        {
            if (replica is null)
            {
                continue;
            }

            if (pinning.Contains(replica.PartitionId))
            {
                replica.Flush(0);
            }
            else if (random.NextBool())
            {
                replica.Flush(random.Next(_world.Options.CompactionLag + 1));
            }
        }
    }

    private bool TryOpen(out WriteAheadLog log, out WalRecovery recovery)
    {
        try
        {
            var options = new WalOptions { ClusterId = 1, ReplicaNodeId = (ulong)Index + 1, SegmentBytes = _world.Options.SegmentBytes };
            log = WriteAheadLog.Open(Files, LogDirectory, options, out recovery);
            _world.Statistics.Recoveries++;
            return true;
        }
        catch (WalCorruptException exception)
        {
            if (!_isDamaged)
            {
                throw new ViolationException(Rules.Recovery, $"n{Index} does not start after a crash: {exception.Message}");
            }

            log = null!;
            recovery = null!;
            return false;
        }
    }

    private void SetGone(bool isGone)
    {
        foreach (var disk in _disks)
        {
            if (disk is not null)
            {
                disk.Record.IsGone = isGone;
            }
        }
    }

    /// <summary>What a partition's replica starts from; null when there is none. May buffer what has to be written first.</summary>
    private RestoredState? Restore(int partition, WalRecovery recovery)
    {
        var present = _model.Present(partition);
        if (_disks[partition] is not { } disk || disk.Record != present)
        {
            // A creation that was never finished, or a removal that was: in both cases nothing of it may come back.
            if (_disks[partition] is { } gone)
            {
                gone.Record.IsGone = true;
                _disks[partition] = null;
            }

            if (present is not null)
            {
                Log.Drop(partition, present);
            }

            return null;
        }

        var recovered = recovery.Partitions[new PartitionId((uint)partition)];
        var flushed = disk.State.Durable;
        if (Contains(recovered, flushed))
        {
            return new RestoredState
            {
                HardState = recovered.HardState,
                Snapshot = recovered.Snapshot,
                Entries = recovered.Entries,
                Applied = flushed.Index,
            };
        }

        return RestoreFromStateMachine(partition, present, recovered, flushed);
    }

    /// <summary>
    /// The crash came between installing a snapshot in the state machine and in the log: the state machine's own position is the truth, and
    /// the log is made to follow it.
    /// </summary>
    private RestoredState RestoreFromStateMachine(
        int partition, ReplicaRecord record, RecoveredPartition recovered, SnapshotMetadata flushed)
    {
        if (flushed.Index < recovered.Snapshot.Index)
        {
            throw new ViolationException(
                Rules.Recovery,
                $"{record} lost its state: the log begins after {recovered.Snapshot.Index}, the state machine holds {flushed.Index}.");
        }

        var state = recovered.HardState;
        var hardState = state.Term >= flushed.Term
            ? state with { Commit = LogIndex.Max(state.Commit, flushed.Index) }
            : new HardState(flushed.Term, ReplicaId.None, flushed.Index);
        Log.Restore(partition, record, new PersistRequest(0, hardState, flushed, ReadOnlyMemory<Entry>.Empty, true));
        return new RestoredState { HardState = hardState, Snapshot = flushed, Applied = flushed.Index };
    }

    private static bool Contains(RecoveredPartition recovered, SnapshotMetadata position)
    {
        long offset = position.Index - recovered.Snapshot.Index;
        return offset == 0
            ? position.Term == recovered.Snapshot.Term
            : offset > 0 && offset <= recovered.Entries.Count && recovered.Entries[(int)offset - 1].Term == position.Term;
    }
}
