using Coordination.Raft;
using Coordination.Replication;

namespace Coordination.Simulation;

/// <summary>
/// The operator of one partition where the product's replicas run: lets members join, makes them learners and voters, removes them, drops
/// the replicas of those that are certainly removed, and lets them join again. Remembers, as a cluster's metadata would, in which term a
/// dropped replica ended. Makes one change at a time; of one whose end it does not learn it takes nothing for granted.
/// </summary>
internal sealed class MembersOperator(
    WorldServices world, MachinePower power, IReadOnlyList<HostedMachine> machines, int partition)
{
    private readonly ulong[] _floors = new ulong[machines.Count];
    private readonly bool[] _areRemoved = [.. machines.Select(machine => machine.Index >= world.Options.InitialVoters)];
    private readonly Dictionary<int, (HostedReplica Replica, Task<ulong> Term)> _retiring = [];
    private (HostedReplica Leader, MembersChange Change, Task<ProposalEnd> End)? _pending;

    /// <summary>One look at the partition.</summary>
    public void Act()
    {
        Settle();
        if (_pending is not null)
        {
            return;
        }

        for (int i = 0; i < machines.Count; i++)
        {
            if (power.IsResponsive(machines[i]) && _areRemoved[i])
            {
                ComeOrGo(machines[i]);
            }
        }

        if (FindLeader() is { } leader)
        {
            Change(leader);
        }
    }

    /// <summary>Where nobody can count on the replica of a machine: it joins, or it goes.</summary>
    private void ComeOrGo(HostedMachine machine)
    {
        if (machine.Find(partition) is not { } replica)
        {
            if (world.OperatorRandom.NextBool())
            {
                Try(machine, () => machine.Join(partition, new Term(_floors[machine.Index])));
            }
        }
        else if (_retiring.TryGetValue(machine.Index, out var retiring) && ReferenceEquals(retiring.Replica, replica))
        {
            var term = retiring.Term;
            if (term.IsCompletedSuccessfully)
            {
                _floors[machine.Index] = term.Result;
                Try(machine, () => machine.Drop(replica));
                world.Statistics.ReplicasDropped++;
            }
        }
        else if (world.OperatorRandom.Chance(200))
        {
            _retiring[machine.Index] = (replica, replica.Loop.HaltAsync());
        }
    }

    /// <summary>A disk that fails at it stops the machine, and the replica may be there or not when it is back.</summary>
    private void Try(HostedMachine machine, Action act)
    {
        try
        {
            act();
        }
        catch (IOException exception)
        {
            power.OnDiskFailed(machine, exception);
        }
    }

    private void Change(HostedReplica leader)
    {
        var members = leader.Replica.GetMembers();
        var change = Choose(members);
        if (change.AddLearners.Count + change.Promote.Count + change.Remove.Count == 0)
        {
            return;
        }

        foreach (ulong id in change.AddLearners.Concat(change.Promote))
        {
            _areRemoved[id - 1] = false;
        }

        world.Trace?.Add(
            world.Now,
            $"{leader} operator adds [{string.Join(' ', change.AddLearners)}] promotes [{string.Join(' ', change.Promote)}] removes "
            + $"[{string.Join(' ', change.Remove)}]");
        _pending = (leader, change, leader.Replica.ChangeMembersAsync(change, CancellationToken.None));
    }

    private MembersChange Choose(ReplicaMembers members)
    {
        var random = world.OperatorRandom;
        List<ulong> learners = [];
        List<ulong> promoted = [];
        List<ulong> removed = [];
        foreach (var machine in machines)
        {
            ulong id = (ulong)machine.Index + 1;
            if (members.Voters.Contains(id))
            {
                AddTo(removed, id, perMille: 80);
            }
            else if (members.Learners.Contains(id))
            {
                AddTo(random.Chance(850) ? promoted : removed, id, perMille: 500);
            }
            else if (HasReplica(machine))
            {
                AddTo(_areRemoved[machine.Index] || random.NextBool() ? learners : removed, id, perMille: 400);
            }
            else if (!_areRemoved[machine.Index])
            {
                // Nobody said how its removal ended.
                removed.Add(id);
            }
        }

        bool leavesVoters = members.Voters.Except(removed).Union(promoted).Any();
        return leavesVoters
            ? new MembersChange { AddLearners = learners, Promote = promoted, Remove = removed }
            : new MembersChange { AddLearners = learners };

        void AddTo(List<ulong> list, ulong id, int perMille)
        {
            if (random.Chance(perMille))
            {
                list.Add(id);
            }
        }
    }

    /// <summary>Whether a machine has a replica that may be counted on: it is there, and nobody is about to drop it.</summary>
    private bool HasReplica(HostedMachine machine) =>
        power.IsResponsive(machine)
        && machine.Find(partition) is { } replica
        && !(_retiring.TryGetValue(machine.Index, out var retiring) && ReferenceEquals(retiring.Replica, replica));

    private void Settle()
    {
        if (_pending is not var (leader, change, end))
        {
            return;
        }

        if (end.IsCompletedSuccessfully)
        {
            _pending = null;
            OnEnded(leader, change, end.Result);
        }
        else if (!ReferenceEquals(machines[leader.Machine.Index].Find(partition), leader))
        {
            // With its machine gone nobody will hear of it.
            _pending = null;
        }
    }

    private void OnEnded(HostedReplica leader, MembersChange change, ProposalEnd end)
    {
        world.Trace?.Add(world.Now, $"{leader} operator hears {end}");
        if (end == ProposalEnd.Applied)
        {
            world.Statistics.MembershipChanges++;
            foreach (ulong id in change.Remove)
            {
                _areRemoved[id - 1] = true;
            }
        }
    }

    /// <summary>One that takes itself for the leader, be it one whose time is over.</summary>
    private HostedReplica? FindLeader()
    {
        HostedReplica[] leaders =
        [
            .. machines.Where(power.IsResponsive).Select(machine => machine.Find(partition)).OfType<HostedReplica>()
                .Where(static replica => replica.Replica.IsLeader),
        ];
        return leaders.Length == 0 ? null : leaders[world.OperatorRandom.Next(leaders.Length)];
    }
}
