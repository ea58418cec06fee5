namespace Coordination.Client.Tests;

public sealed class WatchTests(SharedServers servers)
{
    private static CancellationToken Cancelled => TestLimits.Token;

    [Theory, EveryServer]
    public async Task Changes_come_in_order_all_of_a_revision_together(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var first = (await client.KeyValues.PutAsync("a", "1", cancellationToken: Cancelled)).Revision;
        var both = await client.KeyValues.When().Then(Operation.Put("a", "2"), Operation.Put("b", "1")).CommitAsync(Cancelled);
        var deleted = await client.KeyValues.DeleteAsync("a", cancellationToken: Cancelled);

        var batches = await client.Watches
            .WatchRangeAsync(KeyRange.All, new WatchOptions { StartRevision = first, WithPrevious = true }, Cancelled)
            .Take(3).ToListAsync(Cancelled);

        Assert.Equal([first, both.Revision, deleted.Revision], batches.Select(batch => batch.Revision));
        Assert.Equal(["a=1", "a=2,b=1", "a="], batches.Select(Text));
        Assert.Equal(WatchEventKind.Delete, Assert.Single(batches[2].Events).Kind);
        Assert.Equal("2", Assert.Single(batches[2].Events).Previous!.Value);
    }

    [Theory, EveryServer]
    public async Task A_key_on_a_lease_that_nobody_keeps_is_seen_to_vanish_and_that_of_a_session_stays(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        await using var session = await client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(4), Cancelled);
        var lease = await client.Leases.GrantAsync(TimeSpan.FromSeconds(6), cancellationToken: Cancelled);
        await client.KeyValues.PutAsync("kept", "v", new PutOptions { Lease = session.Id }, Cancelled);
        var put = await client.KeyValues.PutAsync("left", "v", new PutOptions { Lease = lease.Id }, Cancelled);

        var next = await client.Watches
            .WatchRangeAsync(KeyRange.All, new WatchOptions { StartRevision = put.Revision + 1 }, Cancelled).FirstAsync(Cancelled);

        Assert.Equal("left=", Text(next));
        Assert.False(session.IsLost);
    }

    [Theory, EveryServer]
    public async Task A_watch_goes_on_without_loss_or_duplicate_when_the_server_is_killed(ServerKind kind)
    {
        const int Writes = 300;
        await using var server = await RealServer.Start(kind);
        await using var client = new CoordinationClient(server.Url);
        var first = (await client.KeyValues.PutAsync("k", "0", cancellationToken: Cancelled)).Revision;
        var watching = client.Watches.WatchAsync("k", new WatchOptions { StartRevision = first }, Cancelled)
            .Take(Writes + 1).Select(batch => (batch.Revision, Value: Text(batch))).ToListAsync(Cancelled).AsTask();

        for (var write = 1; write <= Writes; write++)
        {
            if (write % 100 == 50)
            {
                await server.Kill();
                await server.Start();
            }

            await client.KeyValues.PutAsync("k", $"{write}", cancellationToken: Cancelled);
        }

        var seen = await watching;
        Assert.Equal(Enumerable.Range(0, Writes + 1).Select(write => (first + write, $"k={write}")), seen);
    }

    [Theory, EveryServer]
    public async Task A_watch_of_compacted_history_ends_with_the_revision_to_begin_at(ServerKind kind)
    {
        await using var server = await RealServer.Start(kind);
        await using var client = new CoordinationClient(server.Url);
        await client.KeyValues.PutAsync("k", "1", cancellationToken: Cancelled);
        var current = (await client.KeyValues.PutAsync("k", "2", cancellationToken: Cancelled)).Revision;
        await client.KeyValues.CompactAsync(current, Cancelled);

        var error = await Assert.ThrowsAsync<CompactedException>(
            () => client.Watches.WatchAsync("k", new WatchOptions { StartRevision = 1 }, Cancelled).FirstAsync(Cancelled).AsTask());

        Assert.Equal(current, error.CompactRevision);
    }

    [Theory, EveryServer]
    public async Task A_watch_that_is_cancelled_ends_as_such(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        using var stop = new CancellationTokenSource();
        var watching = client.Watches.WatchRangeAsync(KeyRange.All, cancellationToken: stop.Token).FirstAsync(Cancelled).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    private static string Text(WatchBatch batch) =>
        string.Join(',', batch.Events.Select(change => $"{change.KeyValue.Key}={change.KeyValue.Value}"));
}
