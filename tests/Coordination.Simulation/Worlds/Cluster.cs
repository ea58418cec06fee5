using Coordination.Raft;
using Coordination.Storage;

namespace Coordination.Simulation;

/// <summary>
/// All nodes of a world, and what happens to whole nodes: start, crash, restart. Called by the parts of one <see cref="World"/>.
/// </summary>
internal sealed class Cluster
{
    private readonly WorldServices _world;

    /// <summary>Builds the machines; all are off.</summary>
    public Cluster(WorldServices world)
    {
        _world = world;
        Nodes = new SimulatedNode[world.Options.Nodes];
        for (int i = 0; i < Nodes.Length; i++)
        {
            Nodes[i] = new SimulatedNode(world, i);
        }
    }

    /// <summary>The machines.</summary>
    public SimulatedNode[] Nodes { get; }

    /// <summary>Whether a node runs and is not paused.</summary>
    public bool IsResponsive(SimulatedNode node) => node.State == NodeState.Up && node.PausedUntil <= _world.Now;

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

    /// <summary>Starts a node; when its disk fails at that, it stays down and is started again later.</summary>
    public void Start(SimulatedNode node)
    {
        try
        {
            node.Start();
        }
        catch (IOException exception)
        {
            OnDiskFailed(node, exception);
        }
    }

    /// <summary>A disk failed under a running node: the node stops, as a production node does, and is started again later.</summary>
    public void OnDiskFailed(SimulatedNode node, IOException exception)
    {
        _world.Trace?.Add(_world.Now, $"n{node.Index} stops: {exception.Message}");
        _world.Statistics.FailStops++;
        node.Files.KillProcess();
        node.Stop();
        ScheduleRestart(node);
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
            OnDiskFailed(node, exception);
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
            OnDiskFailed(node, exception);
        }
    }

    /// <summary>A node loses its power, or only its process.</summary>
    public void Crash(SimulatedNode node, FaultKind kind)
    {
        if (node.State != NodeState.Up)
        {
            return;
        }

        _world.Trace?.Add(_world.Now, $"n{node.Index} crashes: {kind}");
        if (kind == FaultKind.ProcessKill)
        {
            node.Files.KillProcess();
        }
        else
        {
            node.Files.Crash(_world.FaultRandom);
        }

        node.Stop();
        ScheduleRestart(node);
        ScheduleWake();
    }

    /// <summary>The failure detector will notice that somebody is gone, and wake groups that sleep.</summary>
    public void ScheduleWake()
    {
        if (_world.Options.Core.QuiesceAfterTicks > 0)
        {
            _world.Schedule(_world.Options.TickMicroseconds * 10L, EventKind.Wake, -1, -1, null);
        }
    }

    /// <summary>Wakes every group on every node that runs.</summary>
    public void WakeAll()
    {
        foreach (var node in Nodes)
        {
            if (!IsResponsive(node))
            {
                continue;
            }

            for (int partition = 0; partition < _world.Options.Partitions; partition++)
            {
                node.Replica(partition)?.Wake();
            }
        }
    }

    private void ScheduleRestart(SimulatedNode node) =>
        _world.Schedule(
            1_000 + _world.FaultRandom.Next(_world.Options.FaultDuration + 1), EventKind.Restart, node.Index, -1, node.Incarnation);
}
