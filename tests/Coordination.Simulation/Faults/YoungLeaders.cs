namespace Coordination.Simulation;

/// <summary>
/// Cuts off leaders that were elected a moment ago, in worlds whose links break: so that entries of several terms stand in few logs, and which
/// of them win is open for long (Raft paper, figure 8). Chance alone hardly ever does it.
/// </summary>
internal static class YoungLeaders
{
    private const int PerMille = 400;

    /// <summary>A machine's replica was elected.</summary>
    public static void CutOff(WorldServices world, int leader)
    {
        var options = world.Options;
        bool breaksLinks = options.Profile is FaultProfile.Partitions or FaultProfile.Churn or FaultProfile.Everything;
        if (!breaksLinks || options.FaultInterval == 0 || !world.FaultRandom.Chance(PerMille))
        {
            return;
        }

        bool hears = world.FaultRandom.NextBool();
        ulong links = 0;
        for (int other = 0; other < options.Nodes; other++)
        {
            if (other != leader && world.FaultRandom.Chance(900))
            {
                links |= world.Network.Link(leader, other) | (hears ? 0 : world.Network.Link(other, leader));
            }
        }

        long delay = 1 + world.FaultRandom.Next(3 * options.TickMicroseconds);
        long duration = 1 + world.FaultRandom.Next(4 * options.Core.ElectionTimeoutTicks * options.TickMicroseconds);
        world.Schedule(delay, EventKind.CutLinks, -1, -1, null, links);
        world.Schedule(delay + duration, EventKind.MendLinks, -1, -1, null, links);
        world.Statistics.Count(FaultKind.LeaderIsolated);
    }
}
