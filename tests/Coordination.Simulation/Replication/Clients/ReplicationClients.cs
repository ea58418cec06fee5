using System.Buffers;
using Coordination.Raft;
using Coordination.StateMachine;
using Coordination.StateMachine.Model;

namespace Coordination.Simulation;

/// <summary>
/// The clients of the product's replicas: at any member they write what the state machine understands, read, keep leases alive and watch.
/// They do not wait for answers before they go on.
/// </summary>
internal sealed class ReplicationClients(WorldServices world, MachinePower power, IReadOnlyList<HostedMachine> machines)
{
    private const int LeaseIds = 4;
    private readonly RandomCommands _commands = new(new StandardRandom(world.ClientRandom));

    /// <summary>One operation of one client.</summary>
    public void Act()
    {
        var random = world.ClientRandom;
        int partition = random.Next(world.Options.Partitions);
        var machine = machines[random.Next(machines.Count)];
        if (!power.IsResponsive(machine) || machine.Find(partition) is not { } replica)
        {
            return;
        }

        switch (random.Next(1000))
        {
            case < 550:
                Write(replica);
                break;
            case < 850:
                replica.Calls.Read(_commands.Range(replica.State.View.Revision));
                break;
            case < 930:
                replica.Calls.Renew(1 + random.Next(LeaseIds));
                break;
            case < 935 when world.Options.Profile != FaultProfile.Calm:
                MoveLeadership(replica);
                break;
            default:
                replica.Watchers.Act(_commands.Range(0).Range);
                break;
        }
    }

    /// <summary>A write that every state takes.</summary>
    public static void Put(HostedReplica replica) =>
        Propose(replica, new PutCommand(new PutOperation("end"u8.ToArray(), "end"u8.ToArray())));

    /// <summary>Clears the alarms that are on.</summary>
    public static void Disarm(HostedReplica replica)
    {
        foreach (var alarm in replica.State.Alarms)
        {
            Propose(replica, new AlarmCommand(AlarmAction.Deactivate, alarm.Member, alarm.Kind));
        }
    }

    private static void Propose(HostedReplica replica, Command command)
    {
        var buffer = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, buffer);
        replica.Calls.Propose(buffer.WrittenSpan.ToArray());
    }

    private void MoveLeadership(HostedReplica replica)
    {
        var target = new ReplicaId(1 + (ulong)world.ClientRandom.Next(machines.Count));
        _ = replica.Loop.QueryCoreAsync(node => node.TransferLeadership(target));
        world.Statistics.Transfers++;
    }

    private void Write(HostedReplica replica)
    {
        var view = replica.State.View;
        var command = _commands.NextCommand(view.Revision, view.Metadata.Version);
        while (command is LeaseCheckpointCommand)
        {
            // Only leaders propose these.
            command = _commands.NextCommand(view.Revision, view.Metadata.Version);
        }

        // Short enough to end within a run.
        Propose(replica, command is LeaseGrantCommand grant ? grant with { TtlSeconds = 1 + (grant.TtlSeconds % 3) } : command);
    }
}
