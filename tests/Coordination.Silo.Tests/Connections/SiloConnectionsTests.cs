using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Coordination.Silo.Tests;

public sealed class SiloConnectionsTests
{
    private static readonly IPEndPoint Anywhere = new(IPAddress.Loopback, 2380);

    private readonly SiloConnections _connections = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_reaches_the_silo_that_listens()
    {
        await using IConnectionListener listener = await _connections.BindAsync(Anywhere, Token);
        await using var connection = new DefaultConnectionContext();

        Assert.True(_connections.TryHandOver(connection));
        Assert.Same(connection, await listener.AcceptAsync(Token));
        Assert.Equal(Anywhere, listener.EndPoint);
    }

    [Fact]
    public async Task Without_a_silo_the_connection_stays_with_the_port()
    {
        await using var connection = new DefaultConnectionContext();

        Assert.False(_connections.TryHandOver(connection));
        await using (IConnectionListener listener = await _connections.BindAsync(Anywhere, Token))
        {
            await listener.UnbindAsync(Token);
            Assert.False(_connections.TryHandOver(connection));
        }

        Assert.False(_connections.TryHandOver(connection));
    }

    [Fact]
    public async Task The_next_silo_takes_over_and_the_last_one_gets_to_the_end_of_its_queue()
    {
        await using IConnectionListener last = await _connections.BindAsync(Anywhere, Token);
        await using var early = new DefaultConnectionContext();
        await using var late = new DefaultConnectionContext();
        Assert.True(_connections.TryHandOver(early));

        await using IConnectionListener next = await _connections.BindAsync(Anywhere, Token);
        Assert.True(_connections.TryHandOver(late));

        Assert.Same(late, await next.AcceptAsync(Token));
        Assert.Same(early, await last.AcceptAsync(Token));
        Assert.Null(await last.AcceptAsync(Token));
    }

    [Fact]
    public async Task A_silo_that_accepts_nothing_does_not_gather_connections_without_end()
    {
        await using IConnectionListener listener = await _connections.BindAsync(Anywhere, Token);
        int taken = 0;
        while (_connections.TryHandOver(new DefaultConnectionContext()))
        {
            Assert.True(++taken <= 1000);
        }

        Assert.True(taken > 0);
    }

    [Fact]
    public async Task What_still_waits_when_a_silo_ends_is_ended_with_it()
    {
        var connection = new RecordedConnection();
        await using (IConnectionListener listener = await _connections.BindAsync(Anywhere, Token))
        {
            Assert.True(_connections.TryHandOver(connection));
        }

        Assert.True(connection.IsDisposed);
    }

    private sealed class RecordedConnection : DefaultConnectionContext
    {
        public bool IsDisposed { get; private set; }

        public override ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return base.DisposeAsync();
        }
    }
}
