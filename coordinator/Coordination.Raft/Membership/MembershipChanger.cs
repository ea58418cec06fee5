namespace Coordination.Raft;

/// <summary>Computes the membership that a change leads to; pure.</summary>
internal static class MembershipChanger
{
    /// <summary>
    /// The next membership: the target itself if a single voter differs, otherwise a joint one that leads to it. Null when the change
    /// contradicts the present membership.
    /// </summary>
    public static Membership? Apply(Membership current, MembershipChange change)
    {
        Invariant.Check(!current.IsJoint, $"A change cannot start from the joint membership {current}.");
        var voters = new SortedSet<ReplicaId>(current.Voters);
        var learners = new SortedSet<ReplicaId>(current.Learners);
        var named = new HashSet<ReplicaId>();
        foreach (var step in change.Changes)
        {
            if (!step.Replica.IsSome || !named.Add(step.Replica) || !TryStep(step, voters, learners))
            {
                return null;
            }
        }

        if (voters.Count == 0 || (named.Count == 0 && !change.Confirms))
        {
            return null;
        }

        var removed = current.Voters.Where(id => !voters.Contains(id)).ToList();
        int added = voters.Count(id => !current.IsVoter(id));
        if (removed.Count + added <= 1 && !change.ForceJoint)
        {
            return Membership.Create(voters, null, learners);
        }

        // A voter that is to become a learner still votes in the outgoing set: it waits in the list of next learners.
        var learnersNext = learners.Where(current.IsVoter).ToList();
        return Membership.Create(voters, current.Voters, learners.Where(id => !current.IsVoter(id)), learnersNext);
    }

    /// <summary>The membership that a joint one ends in.</summary>
    public static Membership Leave(Membership joint)
    {
        Invariant.Check(joint.IsJoint, $"There is nothing to leave: {joint} is not joint.");
        return Membership.Create(joint.Voters, null, joint.Learners.Concat(joint.LearnersNext));
    }

    private static bool TryStep(MemberChange step, SortedSet<ReplicaId> voters, SortedSet<ReplicaId> learners)
    {
        switch (step.Kind)
        {
            case MemberChangeKind.AddVoter:
                learners.Remove(step.Replica);
                return voters.Add(step.Replica);
            case MemberChangeKind.AddLearner:
                voters.Remove(step.Replica);
                return learners.Add(step.Replica);
            case MemberChangeKind.Remove:
                return voters.Remove(step.Replica) || learners.Remove(step.Replica);
            default:
                return false;
        }
    }
}
