using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// The clients of a world: they write what the kind of state machine understands, read at any replica, and now and then ask for another
/// leader. They do not wait for answers before they go on; answers are checked where they arrive.
/// </summary>
internal sealed class ClientWorkload(WorldServices world, Cluster cluster)
{
    /// <summary>One operation of one client.</summary>
    public void Act()
    {
        var random = world.ClientRandom;
        int partition = random.Next(world.Options.Partitions);
        var node = cluster.Nodes[random.Next(cluster.Nodes.Length)];
        if (!cluster.IsResponsive(node) || node.Replica(partition) is not { } replica)
        {
            return;
        }

        int choice = random.Next(1000);
        if (choice < 600)
        {
            Write(partition, replica);
        }
        else if (choice < 990)
        {
            replica.Read();
        }
        else if (world.Options.Profile != FaultProfile.Calm)
        {
            MoveLeadership(partition);
        }
    }

    /// <summary>A write at a replica; true when it was taken.</summary>
    public bool WriteAt(SimulatedReplica replica) => replica.Propose(world.Machines.NextCommand(replica.State));

    private void Write(int partition, SimulatedReplica replica)
    {
        // Mostly as a client behaves that follows the hint; sometimes at whoever it reaches, who must refuse when it does not lead.
        var target = replica;
        if (replica.Node.Leader.IsSome && world.ClientRandom.Chance(900))
        {
            target = cluster.FindReplica(partition, replica.Node.Leader);
        }

        if (target is not null && cluster.IsResponsive(cluster.Nodes[target.Record.Node]))
        {
            WriteAt(target);
        }
    }

    private void MoveLeadership(int partition)
    {
        if (cluster.FindLeader(partition) is not { } leader)
        {
            return;
        }

        var members = leader.Node.Membership.Members;
        if (leader.Transfer(members[world.ClientRandom.Next(members.Count)]))
        {
            world.Statistics.Transfers++;
            Deafen(leader.Record.Node);
        }
    }

    /// <summary>
    /// In worlds with leases whose links break, a leader that hands over hears nothing from then on, for as long as its lease could last:
    /// it can send its heir ahead, but does not learn of the election. What it answers meanwhile must not rest on the lease.
    /// </summary>
    private void Deafen(int leader)
    {
        var options = world.Options;
        bool breaksLinks = options.Profile is FaultProfile.Partitions or FaultProfile.Everything;
        if (!breaksLinks || options.Core.ReadConfirmation != ReadConfirmation.Lease)
        {
            return;
        }

        ulong links = 0;
        for (int other = 0; other < cluster.Nodes.Length; other++)
        {
            links |= other == leader ? 0 : world.Network.Link(other, leader);
        }

        world.Network.Cut(links);
        world.Schedule(options.Core.ElectionTimeoutTicks * (long)options.TickMicroseconds, EventKind.MendLinks, -1, -1, null, links);
        world.Statistics.Count(FaultKind.OneWayCut);
        cluster.Power.ScheduleWake();
    }
}
