using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>Majorities, counted independently of the core: a checker must not share the code that it checks.</summary>
internal static class Quorum
{
    /// <summary>Whether the replicas for which <paramref name="counts"/> says yes decide in both sets of voters.</summary>
    public static bool Has<T>(Membership membership, T argument, Func<ReplicaId, T, bool> counts) =>
        HasMajority(membership.Voters, argument, counts)
        && (membership.OutgoingVoters.Count == 0 || HasMajority(membership.OutgoingVoters, argument, counts));

    private static bool HasMajority<T>(IReadOnlyList<ReplicaId> voters, T argument, Func<ReplicaId, T, bool> counts)
    {
        int yes = 0;
        for (int i = 0; i < voters.Count; i++)
        {
            if (counts(voters[i], argument))
            {
                yes++;
            }
        }

        return yes * 2 > voters.Count;
    }
}
