using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// The end of a run of the product's replicas: alarms are cleared, every call ends, every member of every partition applies a new write of
/// its own client and answers a read, all members reach the same position, watchers are told everything, and leases that nobody renews end.
/// </summary>
internal sealed class ReplicationLiveness(WorldServices world, HostedMachine[] machines, PartitionHistory[] histories) : ILivenessPhase
{
    private const int TicksBetweenChecks = 5;
    private const int TimeoutsAllowed = 400;
    private const int LeaseSeconds = 10;
    private readonly Dictionary<HostedReplica, Asked> _asked = [];
    private long _deadline;

    /// <inheritdoc/>
    public bool IsDone { get; private set; }

    /// <summary>All faults have ended.</summary>
    public void Begin()
    {
        var options = world.Options;
        long timeouts = (long)TimeoutsAllowed * options.Core.ElectionTimeoutTicks * options.TickMicroseconds;
        _deadline = world.Now + timeouts + (LeaseSeconds * 1_000_000L);
        ScheduleCheck();
    }

    /// <inheritdoc/>
    public void Check()
    {
        for (int partition = 0; partition < histories.Length; partition++)
        {
            if (FindMissing(partition) is var (rule, missing))
            {
                if (world.Now > _deadline)
                {
                    throw new ViolationException(rule, $"p{partition}: {missing}");
                }

                ScheduleCheck();
                return;
            }
        }

        IsDone = true;
        foreach (var replica in machines.SelectMany(machine => machine.Replicas))
        {
            world.Checks[replica.Partition].Canonical.Model.Compare(replica.Record, replica);
        }
    }

    private void ScheduleCheck() =>
        world.Schedule(TicksBetweenChecks * world.Options.TickMicroseconds, EventKind.LivenessCheck, -1, -1, null);

    private (string Rule, string Missing)? FindMissing(int partition)
    {
        var history = histories[partition];
        if (machines.FirstOrDefault(static machine => machine.State != NodeState.Up) is { } down)
        {
            return (Rules.NodeDown, $"n{down.Index} is down.");
        }

        var membership = world.Checks[partition].Canonical.Membership;
        if (membership.IsJoint)
        {
            return (Rules.JointNotLeft, $"{membership}");
        }

        // Who was removed, or was never added, may wait for ever.
        var replicas = membership.Members.Select(id => machines[(int)id.Value - 1].Find(partition)
            ?? throw new ViolationException(Rules.Recovery, $"p{partition}: member {id} of {membership} has no replica.")).ToList();
        foreach (var replica in replicas)
        {
            if (FindMissing(replica) is { } missing)
            {
                return missing;
            }
        }

        foreach (var replica in replicas)
        {
            if (replica.Applied != history.Last)
            {
                return (Rules.ReplicaBehind, $"{replica} has applied {replica.Applied} of {history.Last}.");
            }

            if (replica.Watchers.FindBehind() is { } watcher)
            {
                return (Rules.WatcherBehind, watcher);
            }
        }

        return world.Options.EndsLeases && history.Leases.Count > 0
            ? (Rules.LeaseNotEnded, $"{history.Leases.Count} leases have not ended.")
            : null;
    }

    private (string Rule, string Missing)? FindMissing(HostedReplica replica)
    {
        if (!_asked.TryGetValue(replica, out var asked))
        {
            _asked.Add(replica, asked = new Asked(histories[replica.Partition].Last));
        }

        if (replica.Calls.LastApplied <= asked.From)
        {
            if (asked.IsDue(world))
            {
                ReplicationClients.Disarm(replica);
                ReplicationClients.Put(replica);
            }

            return (Rules.NoCommit, $"{replica} does not apply a new write of its client.");
        }

        if (replica.Calls.LastRead < replica.Calls.LastApplied)
        {
            if (asked.IsDue(world))
            {
                replica.Calls.Read(new(StateMachine.KeyRange.Between([], null)));
            }

            return (Rules.ReadNotAnswered, $"{replica} does not answer a read.");
        }

        return replica.Calls.Count > 0 ? (Rules.CallNotEnded, $"{replica} has {replica.Calls.Count} calls that do not end.") : null;
    }

    /// <summary>What a replica was asked for in this phase.</summary>
    private sealed class Asked(LogIndex from)
    {
        private long _next;

        public LogIndex From => from;

        /// <summary>Whether to ask again: the last time may have come to nothing.</summary>
        public bool IsDue(WorldServices world)
        {
            bool isDue = world.Now >= _next;
            if (isDue)
            {
                _next = world.Now + (5L * world.Options.Core.ElectionTimeoutTicks * world.Options.TickMicroseconds);
            }

            return isDue;
        }
    }
}
