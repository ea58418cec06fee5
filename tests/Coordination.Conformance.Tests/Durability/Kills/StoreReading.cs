namespace Coordination.Conformance.Tests;

/// <summary>Everything that a client can read from a server, while nothing is written but by leases that run out.</summary>
public sealed record StoreReading
{
    /// <summary>The revision of <see cref="Now"/>.</summary>
    public required long Revision { get; init; }

    /// <summary>Up to here history is compacted; 0 when none is.</summary>
    public required long Compacted { get; init; }

    public required IReadOnlyList<KeyValue> Now { get; init; }

    /// <summary>The keys at the compacted revision, the oldest that can be read.</summary>
    public required IReadOnlyList<KeyValue> Oldest { get; init; }

    /// <summary>All changes after <see cref="Compacted"/>, up to <see cref="Revision"/>.</summary>
    public required IReadOnlyDictionary<long, IReadOnlyList<Event>> Changes { get; init; }

    public required IReadOnlyDictionary<long, LeaseTimeToLiveResponse> Leases { get; init; }

    public static async Task<StoreReading> Of(Connection calls)
    {
        // The leases first: a key that is read later has its lease among them, unless the server lost it.
        var leases = await Leasing(calls);
        var compacted = Math.Max(0, (await calls.HashKV()).CompactRevision);
        var now = await calls.Range(EveryKey(0));
        return new StoreReading
        {
            Revision = now.Header.Revision,
            Compacted = compacted,
            Now = [.. now.Kvs],
            Oldest = compacted == 0 ? [] : [.. (await calls.Range(EveryKey(compacted))).Kvs],
            Changes = await ReadChanges(calls, compacted, now.Header.Revision),
            Leases = leases,
        };
    }

    private static RangeRequest EveryKey(long revision) => new() { Key = Bytes.Zero, RangeEnd = Bytes.Zero, Revision = revision };

    private static async Task<IReadOnlyDictionary<long, LeaseTimeToLiveResponse>> Leasing(Connection calls)
    {
        var listed = await calls.Leases();
        var leases = new SortedDictionary<long, LeaseTimeToLiveResponse>();
        foreach (var lease in listed.Leases)
        {
            leases.Add(lease.ID, await calls.TimeToLive(lease.ID, keys: true));
        }

        return leases;
    }

    private static async Task<IReadOnlyDictionary<long, IReadOnlyList<Event>>> ReadChanges(Connection calls, long after, long until)
    {
        var changes = new SortedDictionary<long, IReadOnlyList<Event>>();
        if (until <= Math.Max(after, 1))
        {
            // Revision 1 is the empty store: nothing changed in it.
            return changes;
        }

        using var stream = calls.Watch();
        await stream.Watch(Observer.EveryKey(after + 1));
        for (var read = after; read < until;)
        {
            var response = await stream.Next();
            Assert.False(response.Canceled, $"The history after {after} cannot be read: {response.CancelReason}");
            foreach (var revision in response.Events.GroupBy(change => change.Kv.ModRevision).Where(group => group.Key <= until))
            {
                Assert.True(changes.TryAdd(revision.Key, [.. revision]), $"Revision {revision.Key} came in pieces, or twice.");
                read = revision.Key;
            }
        }

        return changes;
    }
}
