namespace Coordination.Server;

/// <summary>A replica that is to be on another member.</summary>
/// <param name="Partition">Which partition.</param>
/// <param name="From">The member that has it.</param>
/// <param name="To">The member that is to have it.</param>
internal sealed record ReplicaMove(uint Partition, ulong From, ulong To);

/// <summary>
/// Decides which replicas are to move. The same map and the same news of members give the same decisions. Partition 0 does not count: it
/// has a replica on every member.
/// </summary>
internal static class ReplicaPlan
{
    /// <summary>How many partitions may have changing groups at a time: copies take disk and network from everybody's work.</summary>
    public const int ChangesMax = 4;

    /// <summary>
    /// First what is on members that are gone for good goes to other ones. When all members are there and nothing else changes, replicas
    /// are evened out, one at a time, until members differ by no more than one.
    /// </summary>
    /// <param name="map">The map, as nobody has changed it since.</param>
    /// <param name="members">The members of the cluster.</param>
    /// <param name="present">Those of them that are heard.</param>
    /// <param name="gone">Those that have not been heard for so long that they are not waited for.</param>
    public static IReadOnlyList<ReplicaMove> Decide(
        PartitionMap map, IReadOnlyList<ulong> members, IReadOnlySet<ulong> present, IReadOnlySet<ulong> gone)
    {
        PartitionEntry[] placed = [.. map.All.Where(static entry => entry.Id != 0)];
        var load = members.ToDictionary(static member => member, member => placed.Count(entry => entry.Replicas.Contains(member)));
        int room = ChangesMax - placed.Count(static entry => entry.IsChanging);
        var moves = new List<ReplicaMove>();
        foreach (var entry in placed.Where(CanChange))
        {
            if (moves.Count < room
                && entry.Replicas.FirstOrDefault(gone.Contains) is var lost and not 0
                && FindRoom(entry, load, present) is { } substitute)
            {
                moves.Add(new ReplicaMove(entry.Id, lost, substitute));
                load[lost]--;
                load[substitute]++;
            }
        }

        bool isCalm = moves.Count == 0 && present.Count == members.Count
            && placed.All(static entry => entry is { Stage: PartitionStage.Serving, IsChanging: false });
        return isCalm && EvenOut(placed, load, present) is { } move ? [move] : moves;
    }

    private static bool CanChange(PartitionEntry entry) => entry is { Stage: PartitionStage.Serving, IsChanging: false };

    private static ReplicaMove? EvenOut(PartitionEntry[] placed, Dictionary<ulong, int> load, IReadOnlySet<ulong> present)
    {
        foreach (var (fullest, replicas) in load.OrderByDescending(static member => member.Value).ThenBy(static member => member.Key))
        {
            // Rather those that another member leads: nobody notices anything then.
            foreach (var entry in placed.Where(entry => entry.Replicas.Contains(fullest)).OrderBy(entry => entry.Replicas[0] == fullest))
            {
                if (FindRoom(entry, load, present) is { } emptier && replicas - load[emptier] > 1)
                {
                    return new ReplicaMove(entry.Id, fullest, emptier);
                }
            }
        }

        return null;
    }

    /// <summary>The member with the fewest replicas of those that can get one of a partition.</summary>
    private static ulong? FindRoom(PartitionEntry entry, Dictionary<ulong, int> load, IReadOnlySet<ulong> present) => load
        .Where(member => present.Contains(member.Key) && !entry.IsHeldBy(member.Key) && !entry.HasLeft(member.Key))
        .OrderBy(static member => member.Value).ThenBy(static member => member.Key)
        .Select(static member => (ulong?)member.Key)
        .FirstOrDefault();
}
