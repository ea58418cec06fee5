using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// The operator of one partition: adds spare nodes as learners or voters, promotes, demotes, swaps several voters at once, removes
/// members, drops the data of removed ones, and replaces members whose disk is lost, always under new ids. Makes one change at a time
/// and waits until it is committed or overtaken. Careful in one respect only: never leaves voters without a majority that still has its
/// data.
/// </summary>
internal sealed class MembershipOperator(WorldServices world, Cluster cluster, int partition)
{
    private static readonly ReplicaId Nobody = new(ulong.MaxValue);

    private readonly PartitionChecks _checks = world.Checks[partition];
    private readonly List<MemberChange> _changes = [];
    private (LogIndex Index, Term Term)? _pending;

    /// <summary>Whether a change was proposed whose fate is open.</summary>
    public bool IsWaiting
    {
        get
        {
            SettlePending();
            return _pending is not null;
        }
    }

    /// <summary>One look at the partition.</summary>
    public void Act()
    {
        if (IsWaiting)
        {
            return;
        }

        DropRemoved();
        if (_checks.Canonical.Membership.IsJoint || cluster.FindLeader(partition) is not { } leader)
        {
            return;
        }

        var leaderNode = cluster.Nodes[leader.Record.Node];
        _changes.Clear();
        ChooseChanges();
        if (_changes.Count == 0 || !IsCareful() || leaderNode.State != NodeState.Up || leader.IsStopped)
        {
            return;
        }

        var change = new MembershipChange([.. _changes], ForceJoint: world.OperatorRandom.Chance(200));
        var result = leader.ProposeMembership(change);
        world.Trace?.Add(
            world.Now, $"{leader} operator wants [{string.Join(' ', _changes)}]: {result.Status} {result.Index}@{result.Term}");
        if (result.Status == ProposalStatus.Accepted)
        {
            _pending = (result.Index, result.Term);
            InterfereWith(leader);
        }
    }

    /// <summary>
    /// Another operator asks for a change before the first one can be committed. It must be refused: the checkers see it when it is not.
    /// The replica does not exist, and a refused change leaves no trace.
    /// </summary>
    private static void InterfereWith(SimulatedReplica leader)
    {
        if (!leader.IsStopped)
        {
            leader.ProposeMembership(new MembershipChange([new MemberChange(MemberChangeKind.AddLearner, Nobody)]));
        }
    }

    private void SettlePending()
    {
        if (_pending is not { } pending || pending.Index > _checks.Canonical.LastIndex)
        {
            return;
        }

        _pending = null;
        if (_checks.Canonical[pending.Index].Entry.Term == pending.Term)
        {
            world.Statistics.MembershipChanges++;
            foreach (var id in _checks.Canonical.Membership.Members)
            {
                if (_checks.Directory.Find(id) is { } record)
                {
                    record.WasMember = true;
                }
            }
        }
    }

    /// <summary>Removed members disturb for a while, as forgotten processes do, and then their data go.</summary>
    private void DropRemoved()
    {
        var membership = _checks.Canonical.Membership;
        if (membership.IsJoint)
        {
            return;
        }

        foreach (var node in cluster.Nodes)
        {
            if (cluster.IsResponsive(node)
                && node.Replica(partition) is { } replica
                && replica.Record.WasMember
                && !membership.IsMember(replica.Record.Id)
                && world.OperatorRandom.Chance(400))
            {
                cluster.Drop(node, partition);
            }
        }
    }

    private void ChooseChanges()
    {
        var membership = _checks.Canonical.Membership;
        foreach (var id in membership.Members)
        {
            if (IsGone(id))
            {
                _changes.Add(new MemberChange(MemberChangeKind.Remove, id));
                return;
            }
        }

        int steps = world.OperatorRandom.Chance(300) ? 2 + world.OperatorRandom.Next(2) : 1;
        for (int i = 0; i < steps; i++)
        {
            ChooseChange(membership);
        }
    }

    private void ChooseChange(Membership membership)
    {
        var random = world.OperatorRandom;
        switch (random.Next(6))
        {
            case 0 or 1:
                if (FindSpare(membership) is { } spare)
                {
                    Add(random.NextBool() ? MemberChangeKind.AddLearner : MemberChangeKind.AddVoter, spare);
                }

                break;
            case 2 or 3:
                if (membership.Learners.Count > 0)
                {
                    Add(MemberChangeKind.AddVoter, membership.Learners[random.Next(membership.Learners.Count)]);
                }

                break;
            case 4:
                Add(MemberChangeKind.AddLearner, membership.Voters[random.Next(membership.Voters.Count)]);
                break;
            default:
                Add(MemberChangeKind.Remove, membership.Members[random.Next(membership.Members.Count)]);
                break;
        }
    }

    private void Add(MemberChangeKind kind, ReplicaId id)
    {
        foreach (var change in _changes)
        {
            if (change.Replica == id)
            {
                return;
            }
        }

        _changes.Add(new MemberChange(kind, id));
    }

    /// <summary>A replica that waits to join, created if there is a node without one; or null.</summary>
    private ReplicaId? FindSpare(Membership membership)
    {
        int first = world.OperatorRandom.Next(cluster.Nodes.Length);
        for (int i = 0; i < cluster.Nodes.Length; i++)
        {
            var node = cluster.Nodes[(first + i) % cluster.Nodes.Length];
            if (!cluster.IsResponsive(node))
            {
                continue;
            }

            if (node.Replica(partition) is { } replica)
            {
                if (!replica.Record.WasMember && !membership.IsMember(replica.Record.Id))
                {
                    return replica.Record.Id;
                }
            }
            else
            {
                return TryCreate(node);
            }
        }

        return null;
    }

    private ReplicaId? TryCreate(SimulatedNode node)
    {
        var record = _checks.Directory.Add(node.Index);
        return cluster.TryCreate(node, partition, record, RestoredState.Joining()) ? record.Id : null;
    }

    /// <summary>Whether the voters after the change have a majority with data, and not fewer members than the world can bear.</summary>
    private bool IsCareful()
    {
        var membership = _checks.Canonical.Membership;
        var voters = new HashSet<ReplicaId>(membership.Voters);
        foreach (var change in _changes)
        {
            _ = change.Kind == MemberChangeKind.AddVoter ? voters.Add(change.Replica) : voters.Remove(change.Replica);
        }

        int alive = voters.Count(id => !IsGone(id));
        return voters.Count >= 1 && alive * 2 > voters.Count;
    }

    private bool IsGone(ReplicaId id) => _checks.Directory.Find(id) is not { IsGone: false };
}
