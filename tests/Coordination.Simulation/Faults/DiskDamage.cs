using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// Flips bits on disks, where a cluster can bear it: the node crashes, a bit of its log flips, and at the next start the log must either
/// refuse or be exactly what it was. A node that refuses loses its data, so it is only done while every partition keeps a majority
/// of voters with data without that node.
/// </summary>
internal sealed class DiskDamage(WorldServices world, Cluster cluster, MembershipOperator[] operators)
{
    private const string LogDirectory = "/node/wal";

    /// <summary>Flips a bit on a node's disk after a crash; false when the cluster could not bear it.</summary>
    public bool TryFlip(SimulatedNode node)
    {
        if (node.State != NodeState.Up || !CanLose(node))
        {
            return false;
        }

        cluster.Power.Crash(node, FaultKind.BitFlip);
        var names = node.Files.List(LogDirectory);
        string path = $"{LogDirectory}/{names[world.FaultRandom.Next(names.Count)]}";
        int bytes = node.Files.ReadAllBytes(path).Length;
        if (bytes == 0)
        {
            return false;
        }

        // Mostly in the first sectors, where something is written; the rest of a segment is reserved zeros.
        int range = world.FaultRandom.Chance(800) ? Math.Min(bytes, 8192) : bytes;
        node.OnBitFlip();
        node.Files.FlipBit(path, world.FaultRandom.Next(range * 8));
        world.Trace?.Add(world.Now, $"n{node.Index} a bit flips in {path}");
        return true;
    }

    /// <summary>Gives nodes that lost their data an empty disk, once nobody counts on what was there.</summary>
    public void ReplaceLostDisks()
    {
        foreach (var node in cluster.Nodes)
        {
            if (node.State == NodeState.Lost && !IsAnyoneCountingOn(node))
            {
                node.ReplaceDisk();
                cluster.Power.Start(node);
            }
        }
    }

    private bool CanLose(SimulatedNode node)
    {
        for (int i = 0; i < world.Checks.Length; i++)
        {
            if (operators[i].IsWaiting || !CanLose(world.Checks[i], node.Index))
            {
                return false;
            }
        }

        return true;
    }

    private static bool CanLose(PartitionChecks partition, int node)
    {
        foreach (var record in partition.Directory.All)
        {
            if (!record.IsGone && record.Memberships.Latest.Members.Count > 0 && !Survives(partition, record.Memberships.Latest, node))
            {
                return false;
            }
        }

        return Survives(partition, partition.Canonical.Membership, node);
    }

    private static bool Survives(PartitionChecks partition, Membership membership, int node) =>
        Quorum.Has(
            membership,
            (partition.Directory, node),
            static (id, a) => a.Directory.Find(id) is { IsGone: false } record && record.Node != a.node);

    private bool IsAnyoneCountingOn(SimulatedNode node)
    {
        for (int i = 0; i < world.Checks.Length; i++)
        {
            var membership = world.Checks[i].Canonical.Membership;
            bool counts = operators[i].IsWaiting
                || membership.IsJoint
                || membership.Members.Any(id => world.Checks[i].Directory.Find(id) is { IsGone: true } record && record.Node == node.Index);
            if (counts)
            {
                return true;
            }
        }

        return false;
    }
}
