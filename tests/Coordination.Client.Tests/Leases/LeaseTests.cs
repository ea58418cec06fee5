using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Coordination.Client.Tests;

public sealed class LeaseTests(SharedServers servers)
{
    private static CancellationToken Cancelled => TestLimits.Token;

    [Theory, EveryServer]
    public async Task A_lease_is_granted_found_and_revoked_with_its_keys(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var lease = await client.Leases.GrantAsync(TimeSpan.FromSeconds(59.5), cancellationToken: Cancelled);
        await client.KeyValues.PutAsync("k", "v", new PutOptions { Lease = lease.Id }, Cancelled);

        var found = await client.Leases.FindAsync(lease.Id, Cancelled);
        var hidden = await client.InNamespace("other/").Leases.FindAsync(lease.Id, Cancelled);
        var all = await client.Leases.ListAsync(Cancelled);
        await client.Leases.RevokeAsync(lease.Id, Cancelled);

        Assert.Equal(TimeSpan.FromSeconds(60), lease.TimeToLive);
        Assert.Equal((lease.Id, TimeSpan.FromSeconds(60)), (found!.Id, found.Granted));
        Assert.InRange(found.Remaining, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Equal("k", Assert.Single(found.Keys));
        Assert.Empty(hidden!.Keys);
        Assert.Contains(lease.Id, all);
        Assert.Null((await client.KeyValues.GetAsync("k", cancellationToken: Cancelled)).KeyValue);
        Assert.Null(await client.Leases.FindAsync(lease.Id, Cancelled));
        await Assert.ThrowsAsync<LeaseNotFoundException>(() => client.Leases.RevokeAsync(lease.Id, Cancelled));
    }

    [Theory, EveryServer]
    public async Task A_lease_gets_the_identity_asked_for_once(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var id = new LeaseId(Random.Shared.NextInt64(1, long.MaxValue));

        Assert.Equal(id, (await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), id, Cancelled)).Id);
        var refusal = await Assert.ThrowsAsync<RequestRefusedException>(
            () => client.Leases.GrantAsync(TimeSpan.FromSeconds(60), id, Cancelled));

        Assert.Equal(CoordinationError.LeaseExists, refusal.Error);
        await client.Leases.RevokeAsync(id, Cancelled);
    }

    [Theory, EveryServer]
    public async Task A_lease_is_renewed_once_by_whoever_knows_it(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var lease = await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancelled);

        Assert.Equal(TimeSpan.FromSeconds(60), await client.Leases.RenewAsync(lease.Id, Cancelled));
        await client.Leases.RevokeAsync(lease.Id, Cancelled);

        await Assert.ThrowsAsync<LeaseNotFoundException>(() => client.Leases.RenewAsync(lease.Id, Cancelled));
    }

    [Fact]
    public async Task A_renewal_whose_stream_breaks_is_sent_again()
    {
        await using var server = await FakeServer.Start();
        var writes = new BrokenWrites { Left = 2 };
        using var channel = GrpcChannel.ForAddress(server.Url);
        var options = FakeServer.Options(server.Url);
        options.CallInvokers = _ => channel.Intercept(writes);
        await using var client = new CoordinationClient(options);

        var renewing = client.Leases.RenewAsync(new LeaseId(7), Cancelled);
        var call = await server.Leases.NextCall();
        Assert.Equal(7, await call.NextRequest());
        await call.Answer(7, ttlSeconds: 9);

        Assert.Equal(TimeSpan.FromSeconds(9), await renewing);
    }

    [Theory, EveryServer]
    public async Task A_session_that_is_disposed_takes_its_keys_with_it(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var session = await client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(60), Cancelled);
        await client.KeyValues.PutAsync("k", "v", new PutOptions { Lease = session.Id }, Cancelled);

        await session.DisposeAsync();

        Assert.Equal(LeaseLossCause.Disposed, session.Cause);
        Assert.Null((await client.KeyValues.GetAsync("k", cancellationToken: Cancelled)).KeyValue);
    }

    [Theory, EveryServer]
    public async Task A_session_whose_lease_somebody_revokes_is_told(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        await using var session = await client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(2), Cancelled);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = session.LostToken.Register(told.SetResult);

        await client.Leases.RevokeAsync(session.Id, Cancelled);
        await told.Task.WaitAsync(Cancelled);

        Assert.Equal(LeaseLossCause.GoneAtServer, session.Cause);
    }

    [Theory, EveryServer]
    public async Task A_session_outlives_the_server_and_keeps_its_lease(ServerKind kind)
    {
        await using var server = await RealServer.Start(kind);
        await using var client = new CoordinationClient(server.Url);
        await using var session = await client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(30), Cancelled);
        await client.KeyValues.PutAsync("k", "v", new PutOptions { Lease = session.Id }, Cancelled);

        await server.Kill();
        await server.Start();
        var found = await client.KeyValues.GetAsync("k", cancellationToken: Cancelled);

        Assert.False(session.IsLost);
        Assert.Equal(session.Id, found.KeyValue!.Lease);
    }
}
