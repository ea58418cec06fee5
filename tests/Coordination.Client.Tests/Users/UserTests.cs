namespace Coordination.Client.Tests;

/// <summary>Users of a real etcd: those of the product are to come.</summary>
public sealed class UserTests : IAsyncLifetime
{
    private RealServer _server = null!;

    private static CancellationToken Cancelled => TestLimits.Token;

    public async ValueTask InitializeAsync()
    {
        _server = await RealServer.Start(ServerKind.Etcd);
        await _server.EnableUsers("alice", "secret", KeyRange.Prefix("a/"));
    }

    [Fact]
    public async Task A_user_may_do_what_the_role_allows_and_no_more()
    {
        await using var client = Connect("alice", "secret");

        await client.KeyValues.PutAsync("a/k", "v", cancellationToken: Cancelled);
        var denied = await Assert.ThrowsAsync<RequestRefusedException>(
            () => client.KeyValues.GetAsync("b/k", cancellationToken: Cancelled));
        var watchDenied = await Assert.ThrowsAsync<RequestRefusedException>(
            () => client.Watches.WatchAsync("b/k", cancellationToken: Cancelled).FirstAsync(Cancelled).AsTask());

        Assert.Equal("v", (await client.KeyValues.GetAsync("a/k", cancellationToken: Cancelled)).KeyValue!.Value);
        Assert.Equal(CoordinationError.PermissionDenied, denied.Error);
        Assert.Equal(CoordinationError.PermissionDenied, watchDenied.Error);
    }

    [Theory]
    [InlineData("alice", "wrong")]
    [InlineData("nobody", "secret")]
    [InlineData(null, null)]
    public async Task Whom_the_server_does_not_know_it_does_not_serve(string? user, string? password)
    {
        await using var client = Connect(user, password);

        var refusal = await Assert.ThrowsAsync<RequestRefusedException>(
            () => client.KeyValues.GetAsync("a/k", cancellationToken: Cancelled));

        Assert.Equal(CoordinationError.Unauthenticated, refusal.Error);
    }

    [Fact]
    public async Task Writes_watches_and_sessions_go_on_when_a_killed_server_has_forgotten_its_tokens()
    {
        await using var client = Connect("alice", "secret");
        await using var session = await client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(20), Cancelled);
        var first = await client.KeyValues.PutAsync("a/k", "1", new PutOptions { Lease = session.Id }, Cancelled);
        var watching = client.Watches.WatchAsync("a/k", new WatchOptions { StartRevision = first.Revision }, Cancelled)
            .Take(3).Select(batch => batch.Events[0].KeyValue.Value.ToString()).ToListAsync(Cancelled).AsTask();

        foreach (var value in new[] { "2", "3" })
        {
            await _server.Kill();
            await _server.Start();
            await client.KeyValues.PutAsync("a/k", value, new PutOptions { Lease = session.Id }, Cancelled);
        }

        Assert.Equal(["1", "2", "3"], await watching);
        Assert.False(session.IsLost);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private CoordinationClient Connect(string? user, string? password)
    {
        var options = FakeServer.Options(_server.Url);
        (options.UserName, options.Password) = (user, password);
        return new CoordinationClient(options);
    }
}
