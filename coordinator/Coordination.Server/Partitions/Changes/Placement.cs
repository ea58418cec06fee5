namespace Coordination.Server;

/// <summary>
/// Chooses where a new partition goes: to the members with the fewest replicas, led by the one that should lead the fewest partitions. The
/// same map and members give the same choice. Partition 0 does not count: it is everywhere, and led by whoever was elected.
/// </summary>
internal static class Placement
{
    /// <summary>The members that get replicas; the first is the one that should lead.</summary>
    /// <param name="partitions">All partitions there are.</param>
    /// <param name="members">The members of the cluster.</param>
    /// <param name="replicaCount">How many are wanted; at most as many as there are members.</param>
    public static IReadOnlyList<ulong> Choose(IReadOnlyList<PartitionEntry> partitions, IReadOnlyList<ulong> members, int replicaCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(replicaCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(replicaCount, members.Count);
        var placed = partitions.Where(static entry => entry.Id != 0).ToList();
        int ReplicasOf(ulong member) => placed.Count(entry => entry.Replicas.Contains(member));
        int LedBy(ulong member) => placed.Count(entry => entry.Replicas[0] == member);
        return
        [
            .. members
                .OrderBy(ReplicasOf).ThenBy(LedBy).ThenBy(static member => member)
                .Take(replicaCount)
                .OrderBy(LedBy).ThenBy(ReplicasOf).ThenBy(static member => member),
        ];
    }
}
