namespace Coordination.Linearizability.Tests;

/// <summary>Watchers of a simulated store that get what etcd promises, in batches of any size.</summary>
internal static class WatchSimulation
{
    public static WatchRecord Run(Random random, SimulatedRun run, string name)
    {
        KeyRange range = random.Next(3) switch
        {
            0 => KeyRange.All,
            1 => new KeyRange("k1"),
            _ => new KeyRange("k0", "k3"),
        };
        bool wantsPrevious = random.Next(2) == 0;
        bool allowsFragments = random.Next(2) == 0;
        long last = run.Events.Count + 1;
        long created = random.NextInt64(1, last + 1);
        bool isFromNow = random.Next(2) == 0;
        long start = isFromNow ? created + 1 : random.NextInt64(2, last + 1);
        List<WatchResponse> responses = [new(WatchResponseKind.Created, created, [])];
        long revision = start;
        while (revision <= last)
        {
            long until = Math.Min(last, revision + random.Next(4));
            StoreEvent[] events = [.. Between(run, revision, until)
                .Where(change => range.Contains(change.Key))
                .Select(change => wantsPrevious ? change : change with { Previous = null })];
            responses.AddRange(Split(random, events, until, allowsFragments));
            if (random.Next(3) == 0)
            {
                responses.Add(new(WatchResponseKind.Progress, until, []));
            }

            revision = until + 1;
        }

        return new WatchRecord
        {
            Name = name,
            Range = range,
            StartRevision = isFromNow ? 0 : start,
            WantsPrevious = wantsPrevious,
            AllowsFragments = allowsFragments,
            AwaitedRevision = last,
            Responses = responses,
        };
    }

    private static IEnumerable<StoreEvent> Between(SimulatedRun run, long from, long until) =>
        run.Events.Skip((int)from - 2).Take((int)(until - from) + 1).SelectMany(events => events);

    private static IEnumerable<WatchResponse> Split(Random random, StoreEvent[] events, long revision, bool allowsFragments)
    {
        while (events.Length > 1 && allowsFragments && random.Next(3) == 0)
        {
            yield return new(WatchResponseKind.Events, revision, [events[0]], HasMore: true);
            events = events[1..];
        }

        if (events.Length > 0)
        {
            yield return new(WatchResponseKind.Events, revision, events);
        }
    }
}
