using Coordination.Raft;
using Coordination.Replication;

namespace Coordination.Simulation;

/// <summary>
/// What joins the replicas of one start of a machine to the others: messages and snapshots as the links of the world carry them, and
/// commands for the leader, whose answers may be lost on the way back.
/// </summary>
internal sealed class HostedNetwork(WorldServices world, HostedMachine machine, SimulatedScheduler scheduler) : IReplicaNetwork
{
    private readonly Dictionary<SnapshotTransfer, TaskCompletionSource<bool>> _transfers = new(ReferenceEqualityComparer.Instance);

    /// <inheritdoc/>
    public void Send(PartitionId partition, Message message)
    {
        world.CheckThread();
        world.Network.Send(machine.Index, NodeOf(message.To), (int)partition.Value, message);
    }

    /// <inheritdoc/>
    public Task<bool> SendSnapshotAsync(PartitionId partition, InstallSnapshot message, string directory)
    {
        world.CheckThread();
        var content = machine.Directories.Read(directory);
        var transfer = new SnapshotTransfer(machine.Index, message, new StoreImage(message.Snapshot, content));
        var sent = new TaskCompletionSource<bool>();
        _transfers.Add(transfer, sent);
        world.Network.SendSnapshot(machine.Index, NodeOf(message.To), (int)partition.Value, transfer);
        return sent.Task;
    }

    /// <summary>A snapshot has arrived, or will not.</summary>
    public void EndTransfer(SnapshotTransfer transfer, bool isDelivered)
    {
        if (_transfers.Remove(transfer, out var sent))
        {
            sent.SetResult(isDelivered);
        }
    }

    /// <inheritdoc/>
    public Task<ForwardPosition> ForwardAsync(
        ReplicaId leader, PartitionId partition, IReadOnlyList<ReadOnlyMemory<byte>> commands)
    {
        world.CheckThread();
        var target = machine.Peers[NodeOf(leader)];
        var forward = new Forward(machine, scheduler, (int)partition.Value, commands);
        long patience = world.Options.TickMicroseconds * (long)world.Options.Core.ElectionTimeoutTicks;
        long end = 1 + world.HostRandom.Next((int)(2 * patience));
        if (world.Network.TryPass(machine.Index, target.Index, out long delay))
        {
            // What was sent and is not answered in time is unknown for ever, also if it never arrived.
            end += patience;
            var arrival = new Arrival(target, forward);
            world.Schedule(delay, EventKind.Run, target.Index, -1, target.Incarnation, arrival);
            scheduler.After(end, () => forward.End(new ForwardPosition(ForwardEnd.Unknown, 0, 0)));
        }
        else
        {
            // The link breaks before or after the command was written to it.
            var known = world.HostRandom.NextBool() ? default : new ForwardPosition(ForwardEnd.Unknown, 0, 0);
            scheduler.After(end, () => forward.End(known));
        }

        return forward.Answer;
    }

    /// <summary>
    /// Nobody asks: members' questions about leases wait in ways that leave the world's thread, so clients here turn to the leader.
    /// </summary>
    public Task<LeaseAnswer> AskAsync(ReplicaId leader, PartitionId partition, LeaseQuestion question) =>
        Task.FromResult(new LeaseAnswer(ReadEnd.TimedOut, 0, 0));

    private static int NodeOf(ReplicaId id) => (int)id.Value - 1;

    private sealed class Arrival(HostedMachine target, Forward forward) : IThreadPoolWorkItem
    {
        public void Execute() => target.Accept(forward);
    }
}
