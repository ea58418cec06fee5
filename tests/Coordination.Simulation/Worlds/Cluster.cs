using Coordination.Raft;
using Coordination.Storage;

namespace Coordination.Simulation;

/// <summary>
/// All nodes of a world, and the replicas on them. Called by the parts of one <see cref="World"/>.
/// </summary>
internal sealed class Cluster
{
    private readonly WorldServices _world;

    /// <summary>Builds the machines; all are off.</summary>
    public Cluster(WorldServices world, MachinePower power)
    {
        _world = world;
        Power = power;
        Nodes = new SimulatedNode[world.Options.Nodes];
        for (int i = 0; i < Nodes.Length; i++)
        {
            Nodes[i] = new SimulatedNode(world, i);
        }
    }

    /// <summary>The machines.</summary>
    public SimulatedNode[] Nodes { get; }

    /// <summary>What starts and stops them.</summary>
    public MachinePower Power { get; }

    /// <summary>Whether a node runs and is not paused.</summary>
    public bool IsResponsive(SimulatedNode node) => Power.IsResponsive(node);

    /// <summary>The leader of the highest term on a node that runs, or null.</summary>
    public SimulatedReplica? FindLeader(int partition)
    {
        SimulatedReplica? leader = null;
        foreach (var node in Nodes)
        {
            if (IsResponsive(node)
                && node.Replica(partition) is { } replica
                && replica.Node.Role == ReplicaRole.Leader
                && (leader is null || replica.Node.Term > leader.Node.Term))
            {
                leader = replica;
            }
        }

        return leader;
    }

    /// <summary>The running replica of an id, or null.</summary>
    public SimulatedReplica? FindReplica(int partition, ReplicaId id)
    {
        var record = _world.Checks[partition].Directory.Find(id);
        var replica = record is null ? null : Nodes[record.Node].Replica(partition);
        return replica?.Record == record ? replica : null;
    }

    /// <summary>Creates a replica on a node that runs; false when the node's disk failed at it.</summary>
    public bool TryCreate(SimulatedNode node, int partition, ReplicaRecord record, RestoredState state)
    {
        try
        {
            node.Create(partition, record, state);
            return true;
        }
        catch (IOException exception)
        {
            record.IsGone = true;
            Power.OnDiskFailed(node, exception);
            return false;
        }
    }

    /// <summary>Drops a node's replica; when the disk fails at it, the node stops, and the replica may come back with it.</summary>
    public void Drop(SimulatedNode node, int partition)
    {
        try
        {
            node.Drop(partition);
        }
        catch (IOException exception)
        {
            Power.OnDiskFailed(node, exception);
        }
    }

    /// <summary>Wakes every group on every node that runs.</summary>
    public void WakeAll() => ForEachReplica(static replica => replica.Wake());

    /// <summary>Tells some replicas that their leader is gone.</summary>
    public void SayThatLeadersAreGone() => ForEachReplica(replica =>
    {
        if (_world.NewsRandom.NextBool())
        {
            replica.OnLeaderGone();
        }
    });

    private void ForEachReplica(Action<SimulatedReplica> act)
    {
        foreach (var node in Nodes)
        {
            if (!IsResponsive(node))
            {
                continue;
            }

            for (int partition = 0; partition < _world.Options.Partitions; partition++)
            {
                if (node.Replica(partition) is { } replica)
                {
                    act(replica);
                }
            }
        }
    }
}
