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

    /// <summary>What differs from another reading; null when nothing does. How long leases still have is no difference.</summary>
    public string? FindDifference(StoreReading other)
    {
        if ((Revision, Compacted) != (other.Revision, other.Compacted))
        {
            return $"revision and compacted revision {(Revision, Compacted)} are {(other.Revision, other.Compacted)}";
        }

        if (!Now.SequenceEqual(other.Now) || !Oldest.SequenceEqual(other.Oldest))
        {
            return $"{Now.Count} keys, and {Oldest.Count} at the compacted revision, are "
                + $"{other.Now.Count} and {other.Oldest.Count}, or others";
        }

        if (!Changes.Keys.SequenceEqual(other.Changes.Keys))
        {
            return $"{Changes.Count} revisions are {other.Changes.Count}, or others";
        }

        var changed = Changes
            .Where(change => !change.Value.SequenceEqual(other.Changes[change.Key]))
            .Select(change => change.Key)
            .ToArray();
        if (changed.Length > 0)
        {
            return $"revisions {string.Join(", ", changed)} are not what they were";
        }

        return Leases.Values.Select(Lasting).SequenceEqual(other.Leases.Values.Select(Lasting))
            ? null : "the leases are not what they were";
    }

    private static (long Id, long Ttl, string Keys) Lasting(LeaseTimeToLiveResponse lease) =>
        (lease.ID, lease.GrantedTTL, string.Join(' ', lease.Keys.Select(key => key.ToBase64()).Order(StringComparer.Ordinal)));

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
