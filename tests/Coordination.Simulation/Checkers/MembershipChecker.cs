using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// Configuration safety (Raft paper, section 6; thesis, chapter 4): a leader changes the membership only when the last change is
/// committed and it committed something in its own term, and in steps whose majorities overlap.
/// </summary>
internal static class MembershipChecker
{
    /// <summary>
    /// Checks a membership entry that a leader, whose commit index is <paramref name="committed"/>, adds to its own log.
    /// </summary>
    public static void OnLeaderAppends(ReplicaRecord leader, Entry entry, LogIndex committed)
    {
        if (leader.Memberships.LatestIndex > committed)
        {
            throw new ViolationException(
                Rules.ConfigurationSafety,
                $"{leader} changes the membership at {entry.Index} while the change at {leader.Memberships.LatestIndex} is not committed.");
        }

        if (!leader.Log.TryGet(committed, out var last) || last.Term != entry.Term)
        {
            throw new ViolationException(
                Rules.ConfigurationSafety,
                $"{leader} changes the membership in term {entry.Term} before it committed anything in that term.");
        }
    }

    /// <summary>Checks that one membership may follow another in a log.</summary>
    public static void CheckStep(ReplicaRecord replica, LogIndex index, Membership previous, Membership next)
    {
        string? contradiction = FindContradiction(previous, next);
        if (contradiction is not null)
        {
            throw new ViolationException(
                Rules.ConfigurationSafety, $"{replica}: at {index} the membership {next} follows {previous}: {contradiction}");
        }
    }

    private static string? FindContradiction(Membership previous, Membership next)
    {
        if (previous.IsJoint && next.IsJoint)
        {
            return "two joint memberships in a row.";
        }

        if (next.IsJoint)
        {
            return next.OutgoingVoters.SequenceEqual(previous.Voters) ? null : "the outgoing voters are not the voters before.";
        }

        if (previous.IsJoint)
        {
            bool demoted = previous.LearnersNext.All(next.IsLearner);
            return !next.Voters.SequenceEqual(previous.Voters) ? "leaving the joint membership changes the voters."
                : demoted ? null
                : "an outgoing voter that was to become a learner did not.";
        }

        int difference = previous.Voters.Count(id => !next.Voters.Contains(id)) + next.Voters.Count(id => !previous.Voters.Contains(id));
        return difference <= 1 ? null : $"{difference} voters change in one step without a joint membership.";
    }
}
