namespace Coordination.Client.Tests;

public sealed class RealCacheTests
{
    private static CancellationToken Cancelled => TestLimits.Token;

    [Theory, EveryServer]
    public async Task Every_fresh_read_shows_exactly_what_the_store_has_while_servers_die_and_history_is_compacted(ServerKind kind)
    {
        const int Steps = 400;
        await using var server = await RealServer.Start(kind);
        await using var client = new CoordinationClient(server.Url);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var cache = await client.InNamespace("in/").OpenCacheAsync(KeyRange.All, Cancelled);
        var following = Follow(cache, cache.Current);
        long revision = 0;
        for (var step = 1; step <= Steps; step++)
        {
            Key key = $"{(random.Next(3) > 0 ? "in" : "out")}/{random.Next(20)}";
            revision = random.Next(3) > 0
                ? (await client.KeyValues.PutAsync(key, $"{step}", cancellationToken: Cancelled)).Revision
                : (await client.KeyValues.DeleteAsync(key, cancellationToken: Cancelled)).Revision;
            if (step % 100 == 0)
            {
                // The cache learns of it when it has not seen all of what went before.
                await client.KeyValues.CompactAsync(revision, Cancelled);
                await server.Kill();
                await server.Start();
            }

            if (step % 10 == 0)
            {
                var shown = random.Next(2) == 0
                    ? await cache.ReadLatestAsync(Cancelled)
                    : await cache.WaitForRevisionAsync(revision, Cancelled);
                var stored = await client.InNamespace("in/").KeyValues.GetRangeAsync(
                    KeyRange.All, new RangeOptions { Read = new ReadOptions { Revision = shown.Revision } }, Cancelled);
                Assert.True(shown.Revision >= revision, $"Seed {seed}: {shown.Revision} is before {revision}.");
                Assert.Equal(stored.KeyValues, shown.KeyValues);
            }
        }

        await client.KeyValues.PutAsync("in/end", "", cancellationToken: Cancelled);
        var followed = await following;
        Assert.Equal(followed.Last.KeyValues, followed.Mirror.Values);
    }

    [Theory, EveryServer]
    public async Task A_cache_that_missed_what_was_compacted_shows_the_present_state_when_it_is_back(ServerKind kind)
    {
        await using var server = await RealServer.Start(kind);
        await using var relay = TcpRelay.Start(server.Url);
        await using var writer = new CoordinationClient(server.Url);
        await using var client = new CoordinationClient(relay.Url);
        await writer.KeyValues.PutAsync("k/gone", "1", cancellationToken: Cancelled);
        await using var cache = await client.OpenCacheAsync(KeyRange.Prefix("k/"), Cancelled);
        var following = cache.UpdatesAsync(cache.Current, Cancelled).FirstAsync(Cancelled).AsTask();

        relay.Cut();
        await writer.KeyValues.DeleteAsync("k/gone", cancellationToken: Cancelled);
        var put = await writer.KeyValues.PutAsync("k/new", "2", cancellationToken: Cancelled);
        var last = await writer.KeyValues.PutAsync("other", "3", cancellationToken: Cancelled);
        await writer.KeyValues.CompactAsync(last.Revision, Cancelled);
        relay.Mend();

        var update = await following;
        Assert.Equal(
            ["k/gone 1>", "k/new >2"],
            update.Changes.Select(change => $"{change.Key} {change.Before?.Value}>{change.After?.Value}").Order());
        Assert.Equal(put.Revision, Assert.Single((await cache.WaitForRevisionAsync(last.Revision, Cancelled)).KeyValues).ModRevision);
    }

    /// <summary>Rebuilds the state from the updates alone, until the last key appears.</summary>
    private static async Task<(CacheSnapshot Last, SortedDictionary<Key, KeyValue> Mirror)> Follow(KeyCache cache, CacheSnapshot since)
    {
        var mirror = new SortedDictionary<Key, KeyValue>(since.KeyValues.ToDictionary(key => key.Key));
        await foreach (var update in cache.UpdatesAsync(since, Cancelled))
        {
            foreach (var change in update.Changes)
            {
                Assert.Equal(mirror.GetValueOrDefault(change.Key), change.Before);
                if (change.After is { } after)
                {
                    mirror[change.Key] = after;
                }
                else
                {
                    mirror.Remove(change.Key);
                }
            }

            if (update.Snapshot.Find("end") is not null)
            {
                return (update.Snapshot, mirror);
            }
        }

        throw new InvalidOperationException("Updates do not end by themselves.");
    }
}
