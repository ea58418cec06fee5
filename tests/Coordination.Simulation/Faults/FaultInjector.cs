using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// Chooses what goes wrong, by the world's profile: one fault an event, each with an end that is scheduled with it. Called by
/// <see cref="World"/> in the phase with faults only.
/// </summary>
internal sealed class FaultInjector(WorldServices world, IPopulation population, MachinePower power)
{
    private static readonly FaultKind[] Partitions =
        [FaultKind.Split, FaultKind.OneWayCut, FaultKind.LeaderIsolated, FaultKind.Flapping, FaultKind.LeaderIsolated];

    private static readonly FaultKind[] Crashes =
    [
        FaultKind.PowerLoss, FaultKind.PowerLoss, FaultKind.ProcessKill, FaultKind.TotalPowerLoss, FaultKind.Pause, FaultKind.ClockJump,
        FaultKind.ForcedCampaign,
    ];

    private static readonly FaultKind[] Disks =
        [FaultKind.SlowDisk, FaultKind.FullDisk, FaultKind.FailedOperation, FaultKind.PowerLoss, FaultKind.BitFlip];

    private static readonly FaultKind[] Churn =
        [FaultKind.ForcedCampaign, FaultKind.LeaderIsolated, FaultKind.PowerLoss, FaultKind.SlowDisk, FaultKind.OneWayCut];

    private static readonly FaultKind[] Lossy = [FaultKind.LossBurst, FaultKind.LossBurst, FaultKind.Flapping];

    private static readonly FaultKind[] Everything = [.. Partitions, .. Crashes, .. Disks, .. Lossy];

    /// <summary>One fault.</summary>
    public void Inject()
    {
        var kinds = world.Options.Profile switch
        {
            FaultProfile.Lossy => Lossy,
            FaultProfile.Partitions => Partitions,
            FaultProfile.Crashes => Crashes,
            FaultProfile.Disks => Disks,
            FaultProfile.Churn => Churn,
            _ => Everything,
        };
        var kind = kinds[world.FaultRandom.Next(kinds.Length)];
        bool breaksLeases = kind is FaultKind.Pause or FaultKind.ClockJump;
        if (!(world.Options.ClocksAreSound && breaksLeases) && TryInject(kind))
        {
            world.Statistics.Count(kind);
            world.Trace?.Add(world.Now, $"fault {kind}");
        }
    }

    private bool TryInject(FaultKind kind)
    {
        var random = world.FaultRandom;
        var node = population.Machines[random.Next(population.Machines.Count)];
        return kind switch
        {
            FaultKind.LossBurst => LoseMuch(),
            FaultKind.Split => Cut(ChooseSplit(), Duration()),
            FaultKind.OneWayCut => Cut(ChooseOneWay(), Duration()),
            FaultKind.LeaderIsolated => Cut(ChooseLeaderLinks(), Duration()),
            FaultKind.Flapping => Flap(),
            FaultKind.PowerLoss or FaultKind.ProcessKill => Crash(node, kind),
            FaultKind.TotalPowerLoss => CrashAll(),
            FaultKind.Pause => Pause(node),
            FaultKind.ClockJump => Jump(node),
            FaultKind.SlowDisk or FaultKind.FullDisk or FaultKind.FailedOperation => BreakDisk(node, kind),
            FaultKind.BitFlip => world.Options.BitFlips && population.TryFlipBit(node),
            _ => Campaign(node),
        };
    }

    private long Duration() => 1_000 + world.FaultRandom.Next(world.Options.FaultDuration + 1);

    private bool LoseMuch()
    {
        world.Network.SetBurst(100 + world.FaultRandom.Next(700));
        world.Schedule(Duration(), EventKind.EndLossBurst, -1, -1, null);
        return true;
    }

    private bool Cut(ulong links, long duration)
    {
        if (links == 0)
        {
            return false;
        }

        world.Network.Cut(links);
        world.Schedule(duration, EventKind.MendLinks, -1, -1, null, links);
        power.ScheduleWake();
        power.ScheduleNews();
        return true;
    }

    private ulong ChooseSplit()
    {
        int side = world.FaultRandom.Next(1 << population.Machines.Count);
        ulong links = 0;
        for (int from = 0; from < population.Machines.Count; from++)
        {
            for (int to = 0; to < population.Machines.Count; to++)
            {
                if (((side >> from) & 1) != ((side >> to) & 1))
                {
                    links |= world.Network.Link(from, to);
                }
            }
        }

        return links;
    }

    private ulong ChooseOneWay()
    {
        ulong links = 0;
        for (int from = 0; from < population.Machines.Count; from++)
        {
            for (int to = 0; to < population.Machines.Count; to++)
            {
                if (from != to && world.FaultRandom.Chance(250))
                {
                    links |= world.Network.Link(from, to);
                }
            }
        }

        return links;
    }

    private ulong ChooseLeaderLinks()
    {
        if (population.FindLeaderMachine(world.FaultRandom.Next(world.Options.Partitions)) is not { } leader)
        {
            return 0;
        }

        int direction = world.FaultRandom.Next(3);
        ulong links = 0;
        int node = leader.Index;
        for (int other = 0; other < population.Machines.Count; other++)
        {
            if (other != node)
            {
                links |= direction != 0 ? world.Network.Link(node, other) : 0;
                links |= direction != 1 ? world.Network.Link(other, node) : 0;
            }
        }

        return links;
    }

    private bool Flap()
    {
        int count = population.Machines.Count;
        int from = world.FaultRandom.Next(count);
        int to = world.FaultRandom.Next(count);
        if (from == to)
        {
            return false;
        }

        // The link is cut as often as cuts overlap, so that this many short cuts with their own ends make it go up and down.
        ulong links = world.Network.Link(from, to);
        int cuts = 2 + world.FaultRandom.Next(6);
        int period = world.Options.TickMicroseconds * (1 + world.FaultRandom.Next(15));
        for (int i = 0; i < cuts; i++)
        {
            world.Schedule(2L * i * period, EventKind.CutLinks, -1, -1, null, links);
            world.Schedule(((2L * i) + 1) * period, EventKind.MendLinks, -1, -1, null, links);
        }

        return true;
    }

    private bool Crash(Machine node, FaultKind kind)
    {
        bool runs = node.State == NodeState.Up;
        power.Crash(node, kind);
        return runs;
    }

    private bool CrashAll()
    {
        foreach (var node in population.Machines)
        {
            power.Crash(node, FaultKind.TotalPowerLoss);
        }

        return true;
    }

    private bool Pause(Machine node)
    {
        node.PausedUntil = world.Now + Duration();
        power.ScheduleWake();
        return true;
    }

    private bool Jump(Machine node)
    {
        int ticks = 1 + world.FaultRandom.Next(world.Options.Core.ElectionTimeoutTicks * 3);
        for (int i = 0; i < ticks && power.IsResponsive(node); i++)
        {
            node.Tick();
        }

        return true;
    }

    private bool BreakDisk(Machine node, FaultKind kind)
    {
        if (kind == FaultKind.SlowDisk)
        {
            node.HasSlowDisk = true;
        }
        else if (kind == FaultKind.FullDisk)
        {
            node.Files.Faults.CapacityBytes = node.Files.UsedBytes + world.FaultRandom.Next(20_000);
        }
        else
        {
            node.Files.Faults.FailNth(1 + world.FaultRandom.Next(50));
        }

        world.Schedule(Duration(), EventKind.EndDiskFault, node.Index, -1, null);
        return true;
    }

    private bool Campaign(Machine node)
    {
        return power.IsResponsive(node) && node.TryCampaign(world.FaultRandom.Next(world.Options.Partitions));
    }
}
