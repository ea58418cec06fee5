using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// The end of every run: all faults stop, all nodes start, and within a bounded number of ticks every partition must elect a leader, commit
/// a new write, leave a joint membership, bring every member up to date, and answer a read at every member. What does not happen
/// is named. Members far behind on a narrow window may take long, so that the time is up when for a while nobody applied anything and no
/// member's log came closer to its leader's.
/// </summary>
internal sealed class LivenessPhase(WorldServices world, Cluster cluster, ClientWorkload clients) : ILivenessPhase
{
    private const int TimeoutsWithoutProgress = 60;
    private const int TimeoutsAllowed = 1_000;
    private const int TicksBetweenChecks = 3;
    private readonly PartitionProgress[] _progress = new PartitionProgress[world.Options.Partitions];
    private long _deadline;
    private long _lastProgress;
    private ulong _reached;

    /// <summary>Whether everything is well.</summary>
    public bool IsDone { get; private set; }

    /// <summary>All faults have ended.</summary>
    public void Begin()
    {
        cluster.WakeAll();
        for (int i = 0; i < _progress.Length; i++)
        {
            _progress[i] = new PartitionProgress();
        }

        _lastProgress = world.Now;
        _deadline = world.Now + Timeouts(TimeoutsAllowed);
        ScheduleCheck();
    }

    /// <summary>Looks whether everything is well; throws when the time is over.</summary>
    public void Check()
    {
        string? missing = null;
        string rule = string.Empty;
        for (int i = 0; i < _progress.Length && missing is null; i++)
        {
            (rule, missing) = FindMissing(i);
        }

        if (missing is null)
        {
            IsDone = true;
        }
        else if (IsTimeUp())
        {
            throw new ViolationException(rule, $"{missing} (no progress for {TimeoutsWithoutProgress} election timeouts)");
        }
        else
        {
            ScheduleCheck();
        }
    }

    private long Timeouts(int count) => (long)count * world.Options.Core.ElectionTimeoutTicks * world.Options.TickMicroseconds;

    private bool IsTimeUp()
    {
        ulong reached = 0;
        foreach (var node in cluster.Nodes)
        {
            for (int i = 0; i < _progress.Length; i++)
            {
                reached += node.Replica(i)?.Applied.Value ?? 0;
            }
        }

        for (int i = 0; i < _progress.Length; i++)
        {
            foreach (var peer in cluster.FindLeader(i)?.Node.GetStatus().Peers ?? [])
            {
                reached += peer.Match.Value;
            }
        }

        _lastProgress = reached > _reached ? world.Now : _lastProgress;
        _reached = Math.Max(_reached, reached);
        return world.Now > _deadline || world.Now - _lastProgress > Timeouts(TimeoutsWithoutProgress);
    }

    private void ScheduleCheck() =>
        world.Schedule(TicksBetweenChecks * world.Options.TickMicroseconds, EventKind.LivenessCheck, -1, -1, null);

    private (string Rule, string? Missing) FindMissing(int partition)
    {
        foreach (var node in cluster.Nodes)
        {
            if (node.State == NodeState.Down)
            {
                return (Rules.NodeDown, $"n{node.Index} is down.");
            }
        }

        if (cluster.FindLeader(partition) is not { } leader)
        {
            return (Rules.NoLeader, $"p{partition} has no leader among {world.Checks[partition].Canonical.Membership}.");
        }

        var progress = _progress[partition];
        if (!progress.IsWritten(leader))
        {
            if (progress.MustWrite(leader))
            {
                progress.Writer = clients.WriteAt(leader) ? leader : null;
            }

            return (Rules.NoCommit,
            $"p{partition}: {leader} does not commit a new write (commit {leader.Node.Committed}, {leader.Node.Membership}).");
        }

        return leader.Node.Membership.IsJoint
            ? (Rules.JointNotLeft, $"p{partition}: {leader} stays in {leader.Node.Membership}.")
            : FindMemberBehind(partition, leader, progress);
    }

    private (string Rule, string? Missing) FindMemberBehind(int partition, SimulatedReplica leader, PartitionProgress progress)
    {
        foreach (var id in leader.Node.Membership.Members)
        {
            if (world.Checks[partition].Directory.Find(id) is { IsGone: true })
            {
                continue;
            }

            if (cluster.FindReplica(partition, id) is not { } member || member.Applied < leader.Node.Committed)
            {
                return (Rules.ReplicaBehind, $"p{partition}: #{id} has not applied {leader.Node.Committed}, the commit of {leader}.");
            }

            if (!progress.HasRead(member))
            {
                return (Rules.ReadNotAnswered, $"p{partition}: {member} does not answer a read.");
            }

            world.Checks[partition].Reads.OnCaughtUp(member.Record, member.Applied);
        }

        return (string.Empty, null);
    }

    /// <summary>How far a partition has come.</summary>
    private sealed class PartitionProgress
    {
        private const int ChecksBetweenWrites = 20;
        private readonly Dictionary<ReplicaId, long> _readsBefore = [];
        private int _checksSinceWrite;

        /// <summary>The leader that took the new write, or null.</summary>
        public SimulatedReplica? Writer
        {
            get;
            set
            {
                field = value;
                AcknowledgedBefore = value?.Sessions.LastAcknowledged ?? LogIndex.None;
            }
        }

        private LogIndex AcknowledgedBefore { get; set; }

        /// <summary>Whether to write: to a leader that has not taken a write yet, or may have lost it with its leadership.</summary>
        public bool MustWrite(SimulatedReplica leader) => Writer != leader || ++_checksSinceWrite % ChecksBetweenWrites == 0;

        /// <summary>Whether the current leader acknowledged a write that was begun in this phase.</summary>
        public bool IsWritten(SimulatedReplica leader) => Writer == leader && leader.Sessions.LastAcknowledged > AcknowledgedBefore;

        /// <summary>Whether a read that was begun in this phase was answered; begins one when there is none.</summary>
        public bool HasRead(SimulatedReplica member)
        {
            if (_readsBefore.TryGetValue(member.Record.Id, out long before) && member.Sessions.ReadsAnswered > before)
            {
                return true;
            }

            _readsBefore.TryAdd(member.Record.Id, member.Sessions.ReadsAnswered);
            member.Read();
            return false;
        }
    }
}
