using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// One simulated cluster, built from one seed and run to its end: a phase with clients and faults, then the liveness phase. Owns the
/// event loop; single-threaded, depends on nothing outside, so that the same seed gives the same run, and worlds on several threads
/// do not meet.
/// </summary>
internal sealed class World
{
    private readonly WorldOptions _options;
    private readonly WorldServices _services;
    private readonly Cluster _cluster;
    private readonly ClientWorkload _clients;
    private readonly MembershipOperator[] _operators;
    private readonly DiskDamage _damage;
    private readonly FaultInjector _faults;
    private bool _isHealing;

    /// <summary>Builds a world. <paramref name="trace"/> records it, or is null for full speed.</summary>
    public World(WorldOptions options, TraceRecorder? trace)
    {
        _options = options;
        _services = new WorldServices(options, trace);
        _cluster = new Cluster(_services);
        _clients = new ClientWorkload(_services, _cluster);
        _operators = new MembershipOperator[options.Partitions];
        for (int i = 0; i < _operators.Length; i++)
        {
            _operators[i] = new MembershipOperator(_services, _cluster, i);
        }

        _damage = new DiskDamage(_services, _cluster, _operators);
        _faults = new FaultInjector(_services, _cluster, _damage);
    }

    /// <summary>Runs the world to its end, or to the first broken rule.</summary>
    public WorldResult Run()
    {
        Violation? violation = null;
        try
        {
            Begin();
            RunFaults();
            RunLiveness();
        }
        catch (ViolationException exception)
        {
            violation = new Violation(exception.Rule, exception.Message);
        }
        catch (InvariantViolationException exception)
        {
            violation = new Violation(Rules.Invariant, exception.ToString());
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever else comes out of the core, the log or the host is a finding: it is reported with its seed, and the run is over.
            violation = new Violation(Rules.Crash, exception.ToString());
        }

        _services.Statistics.Commits = _services.Checks.Sum(checks => (long)checks.Canonical.LastIndex.Value);
        return new WorldResult(_options, _services.Statistics, violation);
    }

    private void Begin()
    {
        _services.Trace?.Add(0, $"world {_options}");
        foreach (var node in _cluster.Nodes)
        {
            node.Start();
        }

        for (int partition = 0; partition < _options.Partitions; partition++)
        {
            var directory = _services.Checks[partition].Directory;
            var start = RestoredState.NewGroup(directory.All.Select(record => record.Id));
            foreach (var record in directory.All)
            {
                _cluster.Nodes[record.Node].Create(partition, record, start);
            }

            ScheduleNext(EventKind.Operator, _options.OperatorInterval, partition);
        }

        ScheduleNext(EventKind.Client, _options.ClientInterval);
        ScheduleNext(EventKind.Fault, _options.FaultInterval);
    }

    private void RunFaults()
    {
        while (_services.Statistics.Steps < _options.Steps)
        {
            Step();
        }
    }

    private void RunLiveness()
    {
        _isHealing = true;
        var liveness = new LivenessPhase(_services, _cluster, _clients);
        liveness.Begin();
        while (!liveness.IsDone)
        {
            if (Step() == EventKind.LivenessCheck)
            {
                liveness.Check();
            }
        }
    }

    private EventKind Step()
    {
        if (!_services.Queue.TryTake(out var item))
        {
            throw new ViolationException(Rules.Crash, "Nothing is left to happen.");
        }

        _services.Now = item.Time;
        _services.Statistics.Steps++;
        if (item.Node < 0)
        {
            ProcessWorldEvent(in item);
            return item.Kind;
        }

        var node = _cluster.Nodes[item.Node];
        try
        {
            ProcessNodeEvent(node, ref item);
        }
        catch (IOException exception)
        {
            _cluster.OnDiskFailed(node, exception);
        }

        return item.Kind;
    }

    private void ProcessWorldEvent(in SimulationEvent item)
    {
        switch (item.Kind)
        {
            case EventKind.CutLinks:
                if (!_isHealing)
                {
                    _services.Network.Cut(item.Argument);
                }

                break;
            case EventKind.MendLinks:
                _services.Network.Mend(item.Argument);
                break;
            case EventKind.EndLossBurst:
                _services.Network.SetBurst(0);
                break;
            case EventKind.Wake:
                _cluster.WakeAll();
                break;
            case EventKind.LivenessCheck:
                break;
            default:
                if (!_isHealing)
                {
                    ProcessRecurring(in item);
                }

                break;
        }
    }

    private void ProcessRecurring(in SimulationEvent item)
    {
        switch (item.Kind)
        {
            case EventKind.Client:
                ScheduleNext(EventKind.Client, _options.ClientInterval);
                _clients.Act();
                break;
            case EventKind.Operator:
                ScheduleNext(EventKind.Operator, _options.OperatorInterval, item.Partition);
                _operators[item.Partition].Act();
                _damage.ReplaceLostDisks();
                break;
            case EventKind.Fault:
                ScheduleNext(EventKind.Fault, _options.FaultInterval);
                _faults.Inject();
                break;
        }
    }

    private void ProcessNodeEvent(SimulatedNode node, ref SimulationEvent item)
    {
        if (item.Incarnation != 0 && item.Incarnation != node.Incarnation)
        {
            return;
        }

        switch (item.Kind)
        {
            case EventKind.Restart:
                if (node.State == NodeState.Down)
                {
                    _cluster.Start(node);
                }

                return;
            case EventKind.EndDiskFault:
                node.HasSlowDisk = false;
                node.Files.Faults.Clear();
                node.Files.Faults.CapacityBytes = long.MaxValue;
                return;
        }

        if (node.State != NodeState.Up)
        {
            EndSnapshotTransfer(in item, isDelivered: false);
            return;
        }

        if (node.PausedUntil > _services.Now)
        {
            item.Time = node.PausedUntil;
            _services.Queue.Add(ref item);
            return;
        }

        ProcessLiveEvent(node, in item);
    }

    private void ProcessLiveEvent(SimulatedNode node, in SimulationEvent item)
    {
        switch (item.Kind)
        {
            case EventKind.Tick:
                _services.Schedule(node.TickPeriod, EventKind.Tick, node.Index, -1, node.Incarnation);
                node.Tick();
                break;
            case EventKind.WriteBatch:
                node.Log.OnWrite();
                break;
            case EventKind.SyncBatch:
                node.Log.OnSync(item.Argument);
                break;
            case EventKind.Flush:
                long interval = 1 + _services.HostRandom.Next(2 * _options.FlushInterval);
                _services.Schedule(interval, EventKind.Flush, node.Index, -1, node.Incarnation);
                node.Flush(_services.HostRandom);
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
            _services.Network.EndSnapshot(item.Partition, transfer, isDelivered);
        }
    }

    private void ProcessReplicaEvent(SimulatedReplica replica, in SimulationEvent item)
    {
        switch (item.Kind)
        {
            case EventKind.Deliver when item.Subject is Message message && message.To == replica.Record.Id:
                _services.Trace?.Add(_services.Now, $"{replica} <- #{message.From} {MessageText.Describe(message)}");
                replica.Step(message);
                break;
            case EventKind.DeliverSnapshot
                when item.Subject is SnapshotTransfer { Announcement: var sent } transfer && sent.To == replica.Record.Id:
                _services.Trace?.Add(_services.Now, $"{replica} <- #{sent.From} {MessageText.Describe(sent)}");
                replica.Step(transfer);
                EndSnapshotTransfer(in item, isDelivered: true);
                break;
            case EventKind.DeliverSnapshot:
                EndSnapshotTransfer(in item, isDelivered: false);
                break;
            case EventKind.SnapshotTransferDone when item.Subject is SnapshotTransfer transfer && transfer.Announcement.From == replica.Record.Id:
                replica.OnSnapshotDelivered(transfer.Announcement);
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

    private void ScheduleNext(EventKind kind, int meanInterval, int partition = -1)
    {
        if (meanInterval > 0)
        {
            _services.Schedule(1 + _services.FaultRandom.Next(2 * meanInterval), kind, -1, partition, null);
        }
    }
}
