namespace Coordination.Simulation;

/// <summary>What happens to whole machines: they start, crash, give up when their disk fails, and start again later.</summary>
internal sealed class MachinePower(WorldServices world)
{
    /// <summary>Whether a machine runs and is not paused.</summary>
    public bool IsResponsive(Machine machine) => machine.State == NodeState.Up && machine.PausedUntil <= world.Now;

    /// <summary>Starts a machine; when its disk fails at that, it stays down and is started again later.</summary>
    public void Start(Machine machine)
    {
        try
        {
            machine.Start();
        }
        catch (IOException exception)
        {
            OnDiskFailed(machine, exception);
        }
    }

    /// <summary>A disk failed under a running machine: it stops, as a production node does, and is started again later.</summary>
    public void OnDiskFailed(Machine machine, IOException exception)
    {
        world.Trace?.Add(world.Now, $"n{machine.Index} stops: {exception.Message}");
        world.Statistics.FailStops++;
        machine.Files.KillProcess();
        machine.Stop();
        ScheduleRestart(machine);
    }

    /// <summary>A machine loses its power, or only its process.</summary>
    public void Crash(Machine machine, FaultKind kind)
    {
        if (machine.State != NodeState.Up)
        {
            return;
        }

        world.Trace?.Add(world.Now, $"n{machine.Index} crashes: {kind}");
        if (kind == FaultKind.ProcessKill)
        {
            machine.Files.KillProcess();
        }
        else
        {
            machine.Files.Crash(world.FaultRandom);
        }

        machine.Stop();
        ScheduleRestart(machine);
        ScheduleWake();
        ScheduleNews();
    }

    /// <summary>All faults end, and everything that is down starts.</summary>
    public void Heal(IReadOnlyList<Machine> machines)
    {
        world.Network.Heal();
        world.Network.Options = new NetworkOptions();
        foreach (var machine in machines)
        {
            machine.HasSlowDisk = false;
            machine.PausedUntil = 0;
            machine.Files.Faults.Clear();
            machine.Files.Faults.CapacityBytes = long.MaxValue;
            if (machine.State == NodeState.Down)
            {
                Start(machine);
            }
        }
    }

    /// <summary>The failure detector will notice that somebody is gone, and wake groups that sleep.</summary>
    public void ScheduleWake()
    {
        if (world.Options.Core.QuiesceAfterTicks > 0)
        {
            world.Schedule(world.Options.TickMicroseconds * 10L, EventKind.Wake, -1, -1, null);
        }
    }

    /// <summary>The network will say that the leader is gone: rightly after a crash, if it led; wrongly at other times.</summary>
    public void ScheduleNews()
    {
        if (world.Options.HasNews)
        {
            world.Schedule(world.NewsRandom.Next(3 * world.Options.TickMicroseconds), EventKind.LeaderGone, -1, -1, null);
        }
    }

    private void ScheduleRestart(Machine machine) =>
        world.Schedule(
            1_000 + world.FaultRandom.Next(world.Options.FaultDuration + 1), EventKind.Restart, machine.Index, -1, machine.Incarnation);
}
