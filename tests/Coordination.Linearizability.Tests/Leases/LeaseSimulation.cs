namespace Coordination.Linearizability.Tests;

/// <summary>A client that renews a lease for a while, with answers that get lost, and one that looks at its key.</summary>
internal static class LeaseSimulation
{
    /// <param name="random">What is left to chance.</param>
    /// <param name="early">How much before its time the server lets the lease run out.</param>
    /// <param name="late">How much after it.</param>
    public static LeaseRecord Run(Random random, TimeSpan early, TimeSpan late)
    {
        TimeSpan ttl = TimeSpan.FromSeconds(random.Next(5, 20));
        long second = TimeSpan.TicksPerSecond;
        long last = random.NextInt64(second / 100, second / 10);
        LeaseMessage grant = new(0, last + (second / 50), LeaseAnswer.Alive);
        List<LeaseMessage> renewals = [];
        long now = second;
        for (int i = random.Next(6); i > 0; i--)
        {
            now += random.NextInt64(second / 10, ttl.Ticks / 3);
            bool isDone = random.Next(10) > 0;
            long done = now + random.NextInt64(second / 20);
            last = isDone ? done : last;
            LeaseAnswer answer = isDone && random.Next(5) > 0 ? LeaseAnswer.Alive : LeaseAnswer.None;
            renewals.Add(new LeaseMessage(now, done + random.NextInt64(second / 20), answer));

            // One that was not done must not be the last word: the server counts from the one before.
            now = renewals[^1].EndedAt;
        }

        long end = last + ttl.Ticks - early.Ticks + late.Ticks + random.NextInt64(second);
        List<LeaseObservation> looks = [];
        for (long look = second; look < end + (2 * second); look += random.NextInt64(second / 20, second / 5))
        {
            long seen = look + random.NextInt64(second / 100);
            looks.Add(new LeaseObservation(look, seen + random.NextInt64(second / 100), seen < end));
        }

        return new LeaseRecord
        {
            Lease = 1,
            Ttl = ttl,
            Grant = grant,
            AttachedAt = second / 2,
            Renewals = renewals,
            Observations = looks,
        };
    }
}
