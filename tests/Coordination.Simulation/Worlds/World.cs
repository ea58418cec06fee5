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
    private readonly MachinePower _power;
    private readonly IPopulation _population;
    private readonly FaultInjector _faults;
    private bool _isHealing;

    /// <summary>Builds a world. <paramref name="trace"/> records it, or is null for full speed.</summary>
    public World(WorldOptions options, TraceRecorder? trace)
    {
        _options = options;
        _services = new WorldServices(options, trace);
        _power = new MachinePower(_services);
        _population = options.Replicas == ReplicaKind.Production
            ? new ReplicationPopulation(_services, _power)
            : new CorePopulation(_services, _power);
        _faults = new FaultInjector(_services, _population, _power);
    }

    /// <summary>Runs the world to its end, or to the first broken rule.</summary>
    public WorldResult Run()
    {
        Violation? violation = null;
        var caller = SynchronizationContext.Current;
        try
        {
            // What the product awaits goes on in the event that completes it, and nowhere else.
            SynchronizationContext.SetSynchronizationContext(null);
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

        SynchronizationContext.SetSynchronizationContext(caller);
        _services.Statistics.Commits = _services.Checks.Sum(checks => (long)checks.Canonical.LastIndex.Value);
        return new WorldResult(_options, _services.Statistics, violation);
    }

    private void Begin()
    {
        _services.Trace?.Add(0, $"world {_options}");
        _population.Begin();
        for (int partition = 0; partition < _options.Partitions; partition++)
        {
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
        _services.Trace?.Add(_services.Now, $"liveness: all faults end");
        _power.Heal(_population.Machines);
        var liveness = _population.BeginLiveness();
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

        var node = _population.Machines[item.Node];
        try
        {
            ProcessNodeEvent(node, ref item);
        }
        catch (IOException exception)
        {
            _power.OnDiskFailed(node, exception);
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
                _population.WakeAll();
                break;
            case EventKind.LeaderGone:
                _population.SayThatLeadersAreGone();
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
                _population.ActAsClient();
                break;
            case EventKind.Operator:
                ScheduleNext(EventKind.Operator, _options.OperatorInterval, item.Partition);
                _population.ActAsOperator(item.Partition);
                break;
            case EventKind.Fault:
                ScheduleNext(EventKind.Fault, _options.FaultInterval);
                _faults.Inject();
                break;
        }
    }

    private void ProcessNodeEvent(Machine node, ref SimulationEvent item)
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
                    _power.Start(node);
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
            _population.OnMissed(in item);
            return;
        }

        if (node.PausedUntil > _services.Now)
        {
            item.Time = node.PausedUntil;
            _services.Queue.Add(ref item);
            return;
        }

        _population.Process(node, in item);
    }

    private void ScheduleNext(EventKind kind, int meanInterval, int partition = -1)
    {
        if (meanInterval > 0)
        {
            _services.Schedule(1 + _services.FaultRandom.Next(2 * meanInterval), kind, -1, partition, null);
        }
    }
}
