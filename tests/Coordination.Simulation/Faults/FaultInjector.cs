using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// Chooses what goes wrong, by the world's profile: one fault an event, each with an end that is scheduled with it. Called by
/// <see cref="World"/> in the phase with faults only.
/// </summary>
internal sealed class FaultInjector(WorldServices world, Cluster cluster, DiskDamage damage)
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
        var node = cluster.Nodes[random.Next(cluster.Nodes.Length)];
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
            FaultKind.BitFlip => world.Options.BitFlips && damage.TryFlip(node),
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
        cluster.ScheduleWake();
        return true;
    }

    private ulong ChooseSplit()
    {
        int side = world.FaultRandom.Next(1 << cluster.Nodes.Length);
        ulong links = 0;
        for (int from = 0; from < cluster.Nodes.Length; from++)
        {
            for (int to = 0; to < cluster.Nodes.Length; to++)
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
        for (int from = 0; from < cluster.Nodes.Length; from++)
        {
            for (int to = 0; to < cluster.Nodes.Length; to++)
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
        if (cluster.FindLeader(world.FaultRandom.Next(world.Options.Partitions)) is not { } leader)
        {
            return 0;
        }

        int direction = world.FaultRandom.Next(3);
        ulong links = 0;
        int node = leader.Record.Node;
        for (int other = 0; other < cluster.Nodes.Length; other++)
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
        int count = cluster.Nodes.Length;
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

    private bool Crash(SimulatedNode node, FaultKind kind)
    {
        bool runs = node.State == NodeState.Up;
        cluster.Crash(node, kind);
        return runs;
    }

    private bool CrashAll()
    {
        foreach (var node in cluster.Nodes)
        {
            cluster.Crash(node, FaultKind.TotalPowerLoss);
        }

        return true;
    }

    private bool Pause(SimulatedNode node)
    {
        node.PausedUntil = world.Now + Duration();
        cluster.ScheduleWake();
        return true;
    }

    private bool Jump(SimulatedNode node)
    {
        int ticks = 1 + world.FaultRandom.Next(world.Options.Core.ElectionTimeoutTicks * 3);
        for (int i = 0; i < ticks && cluster.IsResponsive(node); i++)
        {
            node.Tick();
        }

        return true;
    }

    private bool BreakDisk(SimulatedNode node, FaultKind kind)
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

    private bool Campaign(SimulatedNode node)
    {
        if (!cluster.IsResponsive(node) || node.Replica(world.FaultRandom.Next(world.Options.Partitions)) is not { } replica)
        {
            return false;
        }

        replica.Campaign();
        return true;
    }
}
